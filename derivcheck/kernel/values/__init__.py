"""Values: what a term is at an instance, exactly where it is rational, else within rigorous balls."""
