"""Numbers from stored predictions."""
