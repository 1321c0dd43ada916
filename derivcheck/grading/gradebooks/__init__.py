"""Gradebooks that Canvas and Moodle export, given back with one column filled and every other byte as it was."""
