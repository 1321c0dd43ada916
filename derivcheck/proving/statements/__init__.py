"""Links between statements: whether one equation or inequality follows from another, and where it does not."""
