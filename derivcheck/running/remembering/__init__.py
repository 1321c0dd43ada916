"""What was found out, kept under what it follows from."""
