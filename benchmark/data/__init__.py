"""The clean set and its corrupted twin."""
