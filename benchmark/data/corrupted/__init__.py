"""SD-HZ-C: the corrupted twin of a clean set."""
