"""Corrupt a picture, a batch, or a picture in every way: checks, keys and planes around the corruptions."""

import difflib
import operator
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from hzbench.corruptions.image import Image, check_image, pixel_digest
from hzbench.corruptions.random_stream import RandomStream
from hzbench.corruptions.registry import ALL_CORRUPTIONS, CATEGORIES, CORRUPTIONS, SEVERITIES, Corruption
from hzbench.corruptions.registry import VALIDATION_CORRUPTIONS as VALIDATION

SUBSETS = ("common", "validation", "all", *CATEGORIES)


class Corrupted(NamedTuple):
    """One cell of one picture."""

    corruption: str
    severity: int
    image: Image


def get_corruption_names(subset: str = "common") -> list[str]:
    """Return the names of a subset of the corruptions, in published order.

    Args:
        subset: "common" (the 15), "validation" (the 4 that methods may be tuned on), "all" (19), or one of
            the common categories "noise", "blur", "weather", "digital".

    Raises:
        ValueError: no such subset.
    """
    tracks = {"common": CORRUPTIONS, "validation": VALIDATION, "all": ALL_CORRUPTIONS}
    names = (tracks | CATEGORIES).get(subset)
    if names is None:
        raise ValueError(_unknown("subset", subset, SUBSETS))
    return list(names)


def corrupt(
    image: Image,
    severity: int = 1,
    corruption_name: str | None = None,
    corruption_number: int = -1,
    *,
    seed: int | None = None,
) -> Image:
    """Return a corrupted copy of `image`; called as `imagecorruptions.corrupt` is.

    Args:
        image: uint8, shape (H, W, 3) or (H, W) (grey), both sides at least 32, values 0-255; not modified.
        severity: 1 (mild) to 5 (severe).
        corruption_name: one of `get_corruption_names("all")`.
        corruption_number: place in `get_corruption_names("all")`, used where no name is given.
        seed: number of the draw, not negative, joined with the picture's digest: 0 gives SD-HZ-C's own
            bytes; None takes a draw from numpy's global random state, so that two calls differ.

    Raises:
        TypeError: the image isn't a uint8 array, or severity, number or seed isn't a whole number.
        ValueError: shape, severity, name, number or seed out of range.
    """
    if corruption_name is None:
        corruption_name = _name_of_number(corruption_number)
    if seed is None:
        seed = int(np.random.randint(1, 2**62, dtype=np.int64))
    return corrupt_cell(image, corruption_name, severity, seed)


def corrupt_cell(
    image: Image, corruption: str, severity: int, draw: int = 0, digest: str | None = None
) -> Image:
    """Return one cell of one picture, uint8, of the image's shape.

    Args:
        image: uint8, shape (H, W, 3) or (H, W), both sides at least 32; not modified.
        corruption: one of `get_corruption_names("all")`.
        severity: 1-5.
        draw: number of the draw; 0 is SD-HZ-C itself.
        digest: `pixel_digest(image)` where it is known already.

    Raises:
        TypeError: the image isn't a uint8 array, or severity or draw isn't a whole number.
        ValueError: shape, severity, name or draw out of range.
    """
    image = check_image(image)
    chosen = _corruption(corruption)
    severity, draw = _severity(severity), _draw(draw)
    if chosen.random:
        stream = RandomStream.for_cell(corruption, severity, draw, digest or pixel_digest(image))
    else:
        stream = RandomStream(0, 0, 0, 0)  # not read
    if image.ndim == 2:
        planes = np.ascontiguousarray(np.broadcast_to(image[:, :, None], (*image.shape, 3)))
        return np.ascontiguousarray(chosen.function(planes, severity, stream)[:, :, 1])
    if not (image.flags.c_contiguous and image.flags.writeable):
        image = image.copy(order="C")  # kernels are compiled once more for arrays that can't be written
    return chosen.function(image, severity, stream)


def corrupt_batch(
    images: Image,
    corruption: str,
    severity: int,
    *,
    draw: int = 0,
    digests: Sequence[str] | None = None,
    out: Image | None = None,
) -> Image:
    """Return one cell of many pictures, each as `corrupt_cell` makes it, whatever stands beside it.

    Args:
        images: uint8, shape (N, H, W, 3); not modified.
        corruption: one of `get_corruption_names("all")`.
        severity: 1-5.
        draw: number of the draw; 0 is SD-HZ-C itself.
        digests: `pixel_digest` of each image where they are known already.
        out: uint8 array of the same shape to fill and return; made if absent.

    Raises:
        TypeError: images or out isn't a uint8 array.
        ValueError: shape, number of digests, severity, name or draw out of range.
    """
    if not isinstance(images, np.ndarray) or images.dtype != np.uint8:
        raise TypeError(f"images is {_described(images)}, expected a uint8 array of shape (N, H, W, 3)")
    if images.ndim != 4 or images.shape[3] != 3:
        raise ValueError(f"images has shape {images.shape}, expected (N, H, W, 3)")
    if digests is not None and len(digests) != len(images):
        raise ValueError(f"{len(digests)} digests for {len(images)} images, expected one each")
    if out is None:
        out = np.empty(images.shape, np.uint8)
    elif not isinstance(out, np.ndarray) or out.dtype != np.uint8 or out.shape != images.shape:
        raise ValueError(f"out is {_described(out)}, expected a uint8 array of shape {images.shape}")
    for i in range(len(images)):
        digest = digests[i] if digests is not None else None
        out[i] = corrupt_cell(images[i], corruption, severity, draw, digest)
    return out


def corrupt_all(
    image: Image, *, draw: int = 0, digest: str | None = None, subset: str = "common"
) -> Iterator[Corrupted]:
    """Yield every cell of one picture, corruption by corruption, severity by severity.

    Args:
        image: uint8, shape (H, W, 3) or (H, W), both sides at least 32; not modified.
        draw: number of the draw; 0 is SD-HZ-C itself.
        digest: `pixel_digest(image)` where it is known already.
        subset: which corruptions, as for `get_corruption_names`.

    Raises:
        TypeError: the image isn't a uint8 array, or draw isn't a whole number.
        ValueError: shape, draw or subset out of range.
    """
    digest = digest or pixel_digest(check_image(image))
    for name in get_corruption_names(subset):
        for severity in SEVERITIES:
            yield Corrupted(name, severity, corrupt_cell(image, name, severity, draw, digest))


def _corruption(name: str) -> Corruption:
    chosen = ALL_CORRUPTIONS.get(name)
    if chosen is None:
        raise ValueError(_unknown("corruption", name, list(ALL_CORRUPTIONS)))
    return chosen


def _name_of_number(number: int) -> str:
    names = list(ALL_CORRUPTIONS)
    number = _whole("corruption_number", number)
    if number == -1:
        raise ValueError(f"no corruption_name given, expected one of: {', '.join(names)}")
    if not 0 <= number < len(names):
        raise ValueError(f"corruption_number is {number}, expected 0 to {len(names) - 1}")
    return names[number]


def _severity(severity: int) -> int:
    severity = _whole("severity", severity)
    if severity not in SEVERITIES:
        nearest = min(max(severity, SEVERITIES[0]), SEVERITIES[-1])
        raise ValueError(f"severity is {severity}, expected 1, 2, 3, 4 or 5; the nearest is {nearest}")
    return severity


def _draw(draw: int) -> int:
    draw = _whole("seed (the draw)", draw)
    if draw < 0:
        raise ValueError(f"seed (the draw) is {draw}, expected 0 or more")
    return draw


def _whole(name: str, value: Any) -> int:
    try:
        return operator.index(value)
    except TypeError:
        raise TypeError(f"{name} is {value!r}, expected a whole number") from None


def _described(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"an array of {value.dtype} of shape {value.shape}"
    return f"a {type(value).__name__}"


def _unknown(what: str, name: Any, names: Sequence[str]) -> str:
    nearest = difflib.get_close_matches(str(name), names, n=1, cutoff=0.0)[0]
    return f"unknown {what} {name!r}; did you mean {nearest!r}? Expected one of: {', '.join(names)}"
