"""One function for each command: paths and options in, a result out."""
