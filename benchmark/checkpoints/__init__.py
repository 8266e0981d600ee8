"""From a submitted file to logits, in an isolated process."""
