"""Score a model on the clean and the corrupted test set."""
