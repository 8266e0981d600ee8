"""The split digests of the frozen versions: what a machine renders must have them."""

# version: {split: digest}; written by tests/golden/make_synth_golden.py, never changed afterwards
SPLIT_DIGESTS: dict[str, dict[str, str]] = {}
