"""The registry is the published table: order, categories, tracks."""

import pytest

from hzbench.corruptions import CATEGORIES, CORRUPTIONS, get_corruption_names

# fmt: off
PUBLISHED = [
    "gaussian_noise", "shot_noise", "impulse_noise",
    "defocus_blur", "glass_blur", "motion_blur", "zoom_blur",
    "snow", "frost", "fog", "brightness",
    "contrast", "elastic_transform", "pixelate", "jpeg_compression",
]
# fmt: on


def test_the_fifteen_stand_in_published_order():
    """The order of the paper's columns."""
    assert list(CORRUPTIONS) == PUBLISHED


def test_each_entry_is_called_as_its_key_and_its_function():
    """A name means one thing in the table, in the file and in the function."""
    for name, corruption in CORRUPTIONS.items():
        assert corruption.name == name
        assert corruption.function.__name__ == name
        assert corruption.function.__module__ == f"hzbench.corruptions.{name}"
        assert corruption.track == "common"


@pytest.mark.parametrize(
    ("subset", "expected"),
    [
        ("noise", PUBLISHED[:3]),
        ("blur", PUBLISHED[3:7]),
        ("weather", PUBLISHED[7:11]),
        ("digital", PUBLISHED[11:]),
        ("common", PUBLISHED),
    ],
)
def test_subsets_are_those_of_imagecorruptions(subset, expected):
    """Brightness counts as weather, as in ImageNet-C."""
    assert get_corruption_names(subset) == expected
    assert list(CATEGORIES.get(subset, PUBLISHED)) == expected
