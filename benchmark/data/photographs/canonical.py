"""Canonical 1: any photograph becomes 224 x 224 RGB bytes, the same for equal decoded pixels.

The steps, in order. 1. The decoder (Pillow) gives the first frame. 2. EXIF orientation is applied.
3. Colour: 8-bit RGB; grey is repeated; 16-bit values keep their high byte; CMYK is
`((255 - ink) (255 - black) + 127) // 255`; transparency lies over white,
`(c a + 255 (255 - a) + 127) // 255`; colour profiles are ignored and reported. 4. Framing: the centre square
(`crop`; an odd remainder goes to the right and bottom) or the picture centred on a white square (`pad`).
5. The filter of `resampling`, when the side is not 224 already.
"""

from __future__ import annotations

import math
import struct
import warnings
import zlib
from pathlib import Path
from typing import Literal, NamedTuple, get_args

import numpy as np
import numpy.typing as npt
from PIL import Image, UnidentifiedImageError, features

from hzbench.benchmark.data.photographs.resampling import resample
from hzbench.benchmark.errors import DataError

CANONICAL_VERSION = 1
SIDE = 224  # pixels
SMALLEST_SIDE = 32  # pixels; below it nothing of a lesion is left to see
LARGEST_PICTURE = 178_956_970  # pixels; Pillow's own limit against decompression bombs
LARGEST_PADDED = 536_870_912  # pixels of the white square; 1.5 GiB, which a long thin picture asks for

Framing = Literal["crop", "pad"]
FRAMINGS: tuple[str, ...] = get_args(Framing)

# What Pillow's decoders are known to raise on damaged files.
DECODER_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    LookupError,
    EOFError,
    RuntimeError,
    MemoryError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
)

ORIENTATION_TAG = 0x0112
PAD_VALUE = 255  # white, as under transparency


class Canonical(NamedTuple):
    """Pixels uint8 (224, 224, 3), notes on what had to be done to get them, and (width, height) before it."""

    pixels: npt.NDArray[np.uint8]
    notes: tuple[str, ...]
    size: tuple[int, int]


def decoder_versions() -> str:
    """Return the decoder and the versions of its coders, e.g. `Pillow 13.0.0, libjpeg-turbo 3.2.0, ...`."""
    import PIL

    parts = [f"Pillow {PIL.__version__}"]
    for feature, title in (("libjpeg_turbo", "libjpeg-turbo"), ("zlib", "zlib"), ("webp", "libwebp")):
        version = features.version(feature)
        if version:
            parts.append(f"{title} {version}")
    return ", ".join(parts)


def read_canonical(path: Path, framing: Framing = "crop") -> Canonical:
    """Decode a file and make it canonical.

    Args:
        path: a picture in any format that Pillow reads.
        framing: `crop` (centre square) or `pad` (whole picture on white).

    Raises:
        DataError: the file is absent, not a picture, truncated, too small, too large or of an unknown kind;
            the message starts with the path.
    """
    try:
        size = path.stat().st_size
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror or error})") from error
    if size == 0:
        raise DataError(f"{path}: the file is empty (0 bytes)")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # remarks on odd metadata; what matters is in the notes
            with Image.open(path) as image:
                return canonicalise(image, framing, name=str(path))
    except UnidentifiedImageError as error:
        hint = "; convert it to JPEG or PNG first" if path.suffix.lower() in (".heic", ".heif") else ""
        raise DataError(f"{path}: not a picture that Pillow can decode{hint}") from error
    except DECODER_ERRORS as error:
        raise DataError(f"{path}: the picture is damaged or cannot be decoded ({_reason(error)})") from error


def canonicalise(image: Image.Image, framing: Framing = "crop", *, name: str = "picture") -> Canonical:
    """Make an opened picture canonical.

    Args:
        image: any Pillow image; of an animation the first frame is taken.
        framing: `crop` (centre square) or `pad` (whole picture on white).
        name: what error messages call it.

    Raises:
        DataError: the picture is smaller than 32 pixels on a side, larger than 178,956,970 pixels, or of a
            pixel type that has no defined 8-bit form; or `pad` would make it larger than 536,870,912 pixels.
        OSError: the decoder gave up (truncated data); `read_canonical` turns these into DataError.
    """
    width, height = image.size
    if min(width, height) < SMALLEST_SIDE:
        raise DataError(
            f"{name}: {width} x {height} pixels; at least {SMALLEST_SIDE} on each side are needed"
        )
    if width * height > LARGEST_PICTURE:
        raise DataError(f"{name}: {width} x {height} pixels; at most {LARGEST_PICTURE:,} in all are decoded")
    if framing == "pad" and max(width, height) ** 2 > LARGEST_PADDED:
        raise DataError(
            f"{name}: {width} x {height} pixels; padded to a square, at most {math.isqrt(LARGEST_PADDED):,} "
            "rows or columns are taken. Cut it, or build with --framing crop"
        )
    notes = []
    frames = getattr(image, "n_frames", 1)
    if frames > 1:
        image.seek(0)
        notes.append(f"{frames} frames: the first was taken")
    image.load()
    profile = image.info.get("icc_profile")
    if profile and b"sRGB" not in profile and "sRGB".encode("utf-16-be") not in profile:
        notes.append("colour profile ignored")
    oriented, note = _upright(image)
    notes.extend(note)
    pixels, colour_notes = _to_rgb(oriented, name)
    notes.extend(colour_notes)
    square = _frame(pixels, framing)
    side = square.shape[0]
    if side < SIDE:
        notes.append(f"enlarged from {side} x {side} pixels")
    if side != SIDE:
        square = resample(square, SIDE)
    return Canonical(np.ascontiguousarray(square), tuple(notes), oriented.size)


def _reason(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return text[:160] or type(error).__name__


def _upright(image: Image.Image) -> tuple[Image.Image, list[str]]:
    """Apply the EXIF orientation; an unreadable EXIF block counts as upright and is noted."""
    try:
        orientation = image.getexif().get(ORIENTATION_TAG, 1)
    except DECODER_ERRORS:
        return image, ["EXIF block unreadable: taken as upright"]
    steps = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }
    step = steps.get(orientation) if isinstance(orientation, int) else None
    if step is None:
        return image, []
    turned = image.transpose(step)
    turned.info = dict(image.info)  # transpose keeps it today; a tRNS entry must not get lost
    return turned, [f"turned upright (EXIF orientation {orientation})"]


def _to_rgb(image: Image.Image, name: str) -> tuple[npt.NDArray[np.uint8], list[str]]:
    """Return uint8 (H, W, 3) and notes, by the integer rules of the module's docstring."""
    mode = image.mode
    if mode.startswith("I"):  # before transparency: turning 16 bits into RGBA would clip them all to white
        pixels, notes = _high_byte(np.asarray(image), name)
        unused = (
            ["16-bit grey: the transparent grey level was ignored"] if "transparency" in image.info else []
        )
        return pixels, notes + unused
    if mode in ("RGBA", "LA", "RGBa", "La", "PA") or "transparency" in image.info:
        rgba = image if mode == "RGBA" else image.convert("RGBA")
        return _over_white(np.asarray(rgba))
    if mode in ("RGB", "L"):
        values = np.asarray(image)
        return (values, []) if mode == "RGB" else (_grey(values), [])
    if mode == "CMYK":
        inks = 255 - np.asarray(image).astype(np.int32)
        return ((inks[..., :3] * inks[..., 3:] + 127) // 255).astype(np.uint8), ["CMYK turned into RGB"]
    if mode == "1" or mode == "P":
        return np.asarray(image.convert("RGB")), []
    if mode in ("YCbCr", "HSV"):
        return np.asarray(image.convert("RGB")), [f"{mode} turned into RGB by Pillow"]
    raise DataError(f"{name}: pixels of type {mode} have no defined 8-bit form; convert it to RGB first")


def _grey(values: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    return np.repeat(values[..., None], 3, axis=2)


def _over_white(rgba: npt.NDArray[np.uint8]) -> tuple[npt.NDArray[np.uint8], list[str]]:
    alpha = rgba[..., 3:].astype(np.int32)
    if int(alpha.min()) == 255:
        return rgba[..., :3], []
    colour = rgba[..., :3].astype(np.int32)
    return ((colour * alpha + 255 * (255 - alpha) + 127) // 255).astype(np.uint8), [
        "transparency laid over white"
    ]


def _high_byte(values: npt.NDArray[np.generic], name: str) -> tuple[npt.NDArray[np.uint8], list[str]]:
    """Take the high byte of 16-bit grey, as the decoder itself does for 16-bit colour."""
    wide = values.astype(np.int64)
    low, high = int(wide.min()), int(wide.max())
    if low < 0 or high > 65535:
        raise DataError(
            f"{name}: grey values from {low} to {high}; expected 8 or 16 bits. Convert it to 8 bits first"
        )
    notes = ["16-bit grey: the high byte was taken"]
    if high < 4096:
        notes.append(f"16-bit grey that only reaches {high}: the picture is nearly black")
    return _grey((wide >> 8).astype(np.uint8)), notes


def _frame(pixels: npt.NDArray[np.uint8], framing: Framing) -> npt.NDArray[np.uint8]:
    height, width = pixels.shape[:2]
    if framing == "crop":
        side = min(height, width)
        top, left = (height - side) // 2, (width - side) // 2
        return pixels[top : top + side, left : left + side]
    if framing != "pad":
        raise ValueError(f"framing {framing!r}; expected one of {', '.join(FRAMINGS)}")
    side = max(height, width)
    square = np.full((side, side, 3), PAD_VALUE, dtype=np.uint8)
    top, left = (side - height) // 2, (side - width) // 2
    square[top : top + height, left : left + width] = pixels
    return square
