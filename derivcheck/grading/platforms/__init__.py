"""The files that other grading systems take results from."""
