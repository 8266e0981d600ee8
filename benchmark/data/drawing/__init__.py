"""Sheets of pictures to look at."""
