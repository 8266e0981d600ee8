"""What could be wrong with a dataset."""
