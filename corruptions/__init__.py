"""The 15 corruptions of SD-HZ-C: the same bytes on every machine, from a specification (SPEC.md).

from hzbench.corruptions import corrupt, get_corruption_names
for name in get_corruption_names():
    corrupted = corrupt(image, corruption_name=name, severity=3, seed=0)
"""

from hzbench.corruptions.corrupting import (
    Corrupted,
    corrupt,
    corrupt_all,
    corrupt_batch,
    corrupt_cell,
    get_corruption_names,
)
from hzbench.corruptions.image import Image, pixel_digest
from hzbench.corruptions.jpeg_compression import jpeg_probe_digest
from hzbench.corruptions.registry import CATEGORIES, CORRUPTIONS, SEVERITIES, Corruption
from hzbench.corruptions.version import SPECIFICATION

__all__ = [
    "CATEGORIES",
    "CORRUPTIONS",
    "SEVERITIES",
    "SPECIFICATION",
    "Corrupted",
    "Corruption",
    "Image",
    "corrupt",
    "corrupt_all",
    "corrupt_batch",
    "corrupt_cell",
    "get_corruption_names",
    "jpeg_probe_digest",
    "pixel_digest",
]
