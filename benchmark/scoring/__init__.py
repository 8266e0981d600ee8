"""Numbers from stored predictions: metrics, corruption errors, intervals; no files and no torch."""
