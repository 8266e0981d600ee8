"""The split digests of the frozen versions: what a machine renders must have them."""

# version: {split: digest}; written by tests/golden/make_synth_golden.py, never changed afterwards
SPLIT_DIGESTS: dict[str, dict[str, str]] = {
    "1": {
        "train": "dd70adaa9757170bf3400c1a28943ec3615bbc47175c6634c9cf754aaf13329e",
        "val": "6c7943b017fe6823901533d8ab210cd539ac7ff755c63af0c9f4f8567c01ee7c",
        "test": "cc17b749137b452ec37559e58f32a7e6c901beb7649dff89c3b464a13eed7133",
        "gate": "aa0dee0181a688ca7c9f2608d35e9e575cfa8249f4e9f3857b4a9824525481b9",
        "hz-w": "39d6a242d4fb6abd7bdfe9f4604b1c12997c40c8d8f9236b75440540597a7ddf",
    },
}
