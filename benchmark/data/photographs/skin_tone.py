"""The skin tone of a photograph, estimated where nobody wrote it down: the individual typology angle.

ITA = arctan((L* - 50) / b*) in degrees, in CIELAB (D65). Its bounds are those of Chardon, Cretois and
Hourseau, Skin colour typology and suntanning pathways (Int J Cosmet Sci 13, 1991), with the sixth class of
Del Bino and Bernerd (Br J Dermatol 169, 2013): very light, light, intermediate, tan, brown, dark, which stand
here for Fitzpatrick I to VI. Fitzpatrick's types are about burning in the sun, so this is a tone and no
diagnosis of type, and a photograph's light moves it: hence an estimate, and marked as one.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from skimage.color import rgb2lab

from hzbench.benchmark.data.index import SKIN_TYPES

# degrees; above the first is I, at or below the last is VI
BOUNDS = (55.0, 41.0, 28.0, 10.0, -30.0)

BLOCK = 4  # pixels a side that are averaged: hairs, pores and noise go
HUES = (15.0, 85.0)  # degrees in the a*b* plane: from red to yellow, where skin of every tone lies
CHROMAS = (6.0, 60.0)
LIGHTNESSES = (8.0, 96.0)
KEPT = (0.25, 0.95)  # quantiles of lightness: shadow, dark lesions and gloss go
LEAST_SKIN = 0.05  # share of the picture; with less there is no estimate


def estimated_skin_type(pixels: npt.NDArray[np.uint8]) -> str:
    """Return `I` to `VI`, or an empty text where too little of the picture looks like skin.

    Args:
        pixels: canonical, uint8 (224, 224, 3).
    """
    angle = typology_angle(pixels)
    return "" if angle is None else skin_type_of(angle)


def typology_angle(pixels: npt.NDArray[np.uint8]) -> float | None:
    """Return the median individual typology angle of what looks like skin, in degrees to 0.01.

    Skin is what lies between red and yellow, neither grey nor glaring; of that the darkest quarter and the
    lightest twentieth are left out. The median keeps a lesion that covers less than half from counting.

    Args:
        pixels: canonical, uint8 (224, 224, 3).

    Returns:
        None where less than a twentieth of the picture looks like skin.
    """
    side = pixels.shape[0] // BLOCK
    rows = pixels.reshape(side, BLOCK, pixels.shape[1], 3).sum(axis=1, dtype=np.uint32)
    means = rows.reshape(side, side, BLOCK, 3).sum(axis=2) / (BLOCK * BLOCK * 255)
    lightness, a, b = rgb2lab(means).reshape(-1, 3).T
    hue, chroma = np.degrees(np.arctan2(b, a)), np.hypot(a, b)
    skin = _within(hue, HUES) & _within(chroma, CHROMAS) & _within(lightness, LIGHTNESSES)
    if skin.sum() < LEAST_SKIN * skin.size:
        return None
    skin &= _within(lightness, (np.quantile(lightness[skin], KEPT[0]), np.quantile(lightness[skin], KEPT[1])))
    angle = float(np.median(np.degrees(np.arctan2(lightness[skin] - 50, b[skin]))))
    return round(angle, 2)  # what another machine's last bits differ by is gone


def skin_type_of(angle: float) -> str:
    """Return the type, `I` to `VI`, of an individual typology angle in degrees.

    >>> [skin_type_of(angle) for angle in (60, 41, -31)]
    ['I', 'III', 'VI']
    """
    return SKIN_TYPES[sum(angle <= bound for bound in BOUNDS)]


def _within(values: npt.NDArray[np.float64], bounds: tuple[float, float]) -> npt.NDArray[np.bool_]:
    return (values >= bounds[0]) & (values <= bounds[1])
