"""From a key and submissions to marks: what is worth what, what was earned and why, and the files that say so."""
