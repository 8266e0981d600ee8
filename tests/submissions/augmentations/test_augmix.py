"""AugMix's operations, at the levels that the authors give them."""

from __future__ import annotations

import numpy as np
import PIL.Image
import pytest

from hzbench.corruptions import CORRUPTIONS
from hzbench.submissions.augmentations.augmix import OPERATIONS

RANDOM = np.random.default_rng(0)


@pytest.fixture
def picture() -> PIL.Image.Image:
    """30 x 24 pixels of noise."""
    return PIL.Image.fromarray(np.random.default_rng(2).integers(0, 256, (24, 30, 3), dtype=np.uint8))


def test_operations_are_the_published_nine_without_those_that_resemble_test_corruptions() -> None:
    """The authors leave out colour, contrast, brightness and sharpness, and so do we."""
    assert len(OPERATIONS) == 9
    assert not {"color", "contrast", "brightness", "sharpness", *CORRUPTIONS} & set(OPERATIONS)


@pytest.mark.parametrize("name", ["rotate", "solarize", "shear_x", "shear_y", "translate_x", "translate_y"])
def test_operation_with_a_level_of_zero_changes_nothing(name: str, picture: PIL.Image.Image) -> None:
    """The range starts at the picture itself."""
    np.testing.assert_array_equal(np.asarray(OPERATIONS[name](picture, 0.0, RANDOM)), np.asarray(picture))


def test_posterize_keeps_four_bits_less_the_level(picture: PIL.Image.Image) -> None:
    """Level 0 keeps the upper 4 bits, level 0.5 the upper 2."""
    for level, mask in ((0.0, 0xF0), (0.5, 0xC0)):
        found = np.asarray(OPERATIONS["posterize"](picture, level, RANDOM))
        np.testing.assert_array_equal(found, np.asarray(picture) & mask)


def test_solarize_inverts_from_the_threshold_upwards(picture: PIL.Image.Image) -> None:
    """At level 0.5 the values from 128 are inverted."""
    pixels = np.asarray(picture)
    found = np.asarray(OPERATIONS["solarize"](picture, 0.5, RANDOM))
    np.testing.assert_array_equal(found, np.where(pixels < 128, pixels, 255 - pixels))


def test_translation_moves_by_a_share_of_a_third_of_the_side_either_way(picture: PIL.Image.Image) -> None:
    """At full level 30 pixels are moved by 10, to the left or to the right, and what comes in is black."""
    pixels = np.asarray(picture)
    seen = set()
    for seed in range(20):
        found = np.asarray(OPERATIONS["translate_x"](picture, 1.0, np.random.default_rng(seed)))
        to_left = bool((found[:, :20] == pixels[:, 10:]).all()) and not found[:, 20:].any()
        to_right = bool((found[:, 10:] == pixels[:, :20]).all()) and not found[:, :10].any()
        assert to_left != to_right
        seen.add(to_left)
    assert seen == {True, False}
