"""Which corruptions there are, in the published column order: add a line to add a corruption."""

from collections.abc import Callable
from typing import Literal, NamedTuple

from hzbench.corruptions.brightness import brightness
from hzbench.corruptions.contrast import contrast
from hzbench.corruptions.defocus_blur import defocus_blur
from hzbench.corruptions.elastic_transform import elastic_transform
from hzbench.corruptions.fog import fog
from hzbench.corruptions.frost import frost
from hzbench.corruptions.gaussian_blur import gaussian_blur
from hzbench.corruptions.gaussian_noise import gaussian_noise
from hzbench.corruptions.glass_blur import glass_blur
from hzbench.corruptions.image import Image
from hzbench.corruptions.impulse_noise import impulse_noise
from hzbench.corruptions.jpeg_compression import jpeg_compression
from hzbench.corruptions.motion_blur import motion_blur
from hzbench.corruptions.pixelate import pixelate
from hzbench.corruptions.random_stream import RandomStream
from hzbench.corruptions.saturate import saturate
from hzbench.corruptions.shot_noise import shot_noise
from hzbench.corruptions.snow import snow
from hzbench.corruptions.spatter import spatter
from hzbench.corruptions.speckle_noise import speckle_noise
from hzbench.corruptions.zoom_blur import zoom_blur

Category = Literal["noise", "blur", "weather", "digital"]
Track = Literal["common", "validation"]


class Corruption(NamedTuple):
    """One corruption: how it is called, what makes it, and where it is counted."""

    name: str
    function: Callable[[Image, int, RandomStream], Image]  # (H, W, 3) uint8, severity 1-5, randomness
    category: Category
    track: Track  # "common" enters mCE; methods may be tuned on "validation" only
    random: bool  # False: the stream is not used, all draws are equal


SEVERITIES = (1, 2, 3, 4, 5)

# fmt: off
CORRUPTIONS: dict[str, Corruption] = {
    "gaussian_noise": Corruption("gaussian_noise", gaussian_noise, "noise", "common", True),
    "shot_noise": Corruption("shot_noise", shot_noise, "noise", "common", True),
    "impulse_noise": Corruption("impulse_noise", impulse_noise, "noise", "common", True),
    "defocus_blur": Corruption("defocus_blur", defocus_blur, "blur", "common", False),
    "glass_blur": Corruption("glass_blur", glass_blur, "blur", "common", True),
    "motion_blur": Corruption("motion_blur", motion_blur, "blur", "common", True),
    "zoom_blur": Corruption("zoom_blur", zoom_blur, "blur", "common", False),
    "snow": Corruption("snow", snow, "weather", "common", True),
    "frost": Corruption("frost", frost, "weather", "common", True),
    "fog": Corruption("fog", fog, "weather", "common", True),
    "brightness": Corruption("brightness", brightness, "weather", "common", False),
    "contrast": Corruption("contrast", contrast, "digital", "common", False),
    "elastic_transform": Corruption("elastic_transform", elastic_transform, "digital", "common", True),
    "pixelate": Corruption("pixelate", pixelate, "digital", "common", False),
    "jpeg_compression": Corruption("jpeg_compression", jpeg_compression, "digital", "common", False),
}

VALIDATION_CORRUPTIONS: dict[str, Corruption] = {
    "speckle_noise": Corruption("speckle_noise", speckle_noise, "noise", "validation", True),
    "gaussian_blur": Corruption("gaussian_blur", gaussian_blur, "blur", "validation", False),
    "spatter": Corruption("spatter", spatter, "weather", "validation", True),
    "saturate": Corruption("saturate", saturate, "digital", "validation", False),
}
# fmt: on

ALL_CORRUPTIONS = CORRUPTIONS | VALIDATION_CORRUPTIONS

CATEGORIES: dict[str, tuple[str, ...]] = {
    category: tuple(name for name, corruption in CORRUPTIONS.items() if corruption.category == category)
    for category in ("noise", "blur", "weather", "digital")
}
