"""The estimate of a skin tone: right on plain skin, unmoved by lesions, silent where there is no skin."""

from __future__ import annotations

import numpy as np
import pytest
from skimage.color import lab2rgb

from hzbench.benchmark.data.index import SKIN_TYPES
from hzbench.benchmark.data.photographs.skin_tone import estimated_skin_type, skin_type_of, typology_angle

# CIELAB whose angle lies in the middle of each class: L* - 50 over b*
PLAIN = {
    "I": (78.0, 10.0, 14.0),
    "II": (68.0, 11.0, 16.0),
    "III": (62.0, 13.0, 17.5),
    "IV": (56.0, 14.0, 18.0),
    "V": (46.5, 15.0, 19.0),
    "VI": (36.0, 12.0, 14.0),
}


def skin(lightness: float, a: float, b: float) -> np.ndarray:
    """A canonical picture of plain skin with a little grain."""
    lab = np.full((224, 224, 3), (lightness, a, b))
    lab[..., 0] += np.random.default_rng(0).normal(0, 1.5, (224, 224))
    return np.round(lab2rgb(lab) * 255).astype(np.uint8)


@pytest.mark.parametrize("skin_type", SKIN_TYPES)
def test_plain_skin_has_the_type_of_its_angle(skin_type: str) -> None:
    """Within two degrees of the angle computed by hand."""
    lightness, a, b = PLAIN[skin_type]
    pixels = skin(lightness, a, b)
    assert estimated_skin_type(pixels) == skin_type
    assert typology_angle(pixels) == pytest.approx(np.degrees(np.arctan2(lightness - 50, b)), abs=2)


@pytest.mark.parametrize("skin_type", SKIN_TYPES)
def test_a_lesion_does_not_change_it(skin_type: str) -> None:
    """A red patch on a fifth of the picture and a black crust in it."""
    pixels = skin(*PLAIN[skin_type])
    pixels[60:160, 60:160] = (0.6 * pixels[60:160, 60:160] + 0.4 * np.array([150, 20, 30])).astype(np.uint8)
    pixels[90:130, 90:130] = (35, 15, 10)
    assert estimated_skin_type(pixels) == skin_type


def test_a_background_does_not_change_it() -> None:
    """Green cloth and white paper on half of the picture are not skin."""
    pixels = skin(*PLAIN["IV"])
    pixels[:, :70] = (20, 120, 60)
    pixels[:, 180:] = (250, 250, 252)
    assert estimated_skin_type(pixels) == "IV"


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (90, 90, 90), (20, 60, 160)])
def test_where_nothing_looks_like_skin_there_is_no_estimate(colour: tuple[int, int, int]) -> None:
    """Black, white, grey (so every grey photograph) and blue."""
    pixels = np.full((224, 224, 3), colour, dtype=np.uint8)
    assert typology_angle(pixels) is None
    assert estimated_skin_type(pixels) == ""


def test_the_bounds_are_those_of_the_source() -> None:
    """Chardon et al. 1991: 55, 41, 28, 10, -30 degrees, each bound belonging to the darker class."""
    angles = (55.01, 55, 41.01, 41, 28.01, 28, 10.01, 10, -29.99, -30)
    expected = ["I", "II", "II", "III", "III", "IV", "IV", "V", "V", "VI"]
    assert [skin_type_of(angle) for angle in angles] == expected
