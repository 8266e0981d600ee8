"""Predictions as files that anyone can fill in: a model that cannot leave home is scored from its answers."""
