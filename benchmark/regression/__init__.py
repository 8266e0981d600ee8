"""Is this model worse than that one? Paired, in waves, with an error that is stated beforehand."""
