"""Claims about random variables, brought to claims that the kernel knows: sums over the outcomes of a sample space."""
