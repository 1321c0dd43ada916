"""A generated class: submissions of a few derivations, right ones in many forms and wrong ones."""
