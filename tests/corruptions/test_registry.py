"""The registry is the published table: order, categories, tracks."""

from pathlib import Path

import pytest

import hzbench.corruptions
from hzbench.corruptions import CATEGORIES, CORRUPTIONS, SPECIFICATION, get_corruption_names
from hzbench.corruptions.registry import ALL_CORRUPTIONS, VALIDATION_CORRUPTIONS

# fmt: off
PUBLISHED = [
    "gaussian_noise", "shot_noise", "impulse_noise",
    "defocus_blur", "glass_blur", "motion_blur", "zoom_blur",
    "snow", "frost", "fog", "brightness",
    "contrast", "elastic_transform", "pixelate", "jpeg_compression",
]
VALIDATION = ["speckle_noise", "gaussian_blur", "spatter", "saturate"]
# fmt: on


def test_the_fifteen_stand_in_published_order():
    """The order of the paper's columns."""
    assert list(CORRUPTIONS) == PUBLISHED


def test_each_entry_is_called_as_its_key_and_its_function():
    """A name means one thing in the table, in the file and in the function."""
    for name, corruption in ALL_CORRUPTIONS.items():
        assert corruption.name == name
        assert corruption.function.__name__ == name
        assert corruption.function.__module__ == f"hzbench.corruptions.{name}"


def test_validation_corruptions_stand_apart():
    """What methods may be tuned on never enters a score."""
    assert {corruption.track for corruption in CORRUPTIONS.values()} == {"common"}
    assert {corruption.track for corruption in VALIDATION_CORRUPTIONS.values()} == {"validation"}
    assert not CORRUPTIONS.keys() & VALIDATION_CORRUPTIONS.keys()


@pytest.mark.parametrize(
    ("subset", "expected"),
    [
        ("noise", PUBLISHED[:3]),
        ("blur", PUBLISHED[3:7]),
        ("weather", PUBLISHED[7:11]),
        ("digital", PUBLISHED[11:]),
        ("common", PUBLISHED),
        ("validation", VALIDATION),
        ("all", PUBLISHED + VALIDATION),
    ],
)
def test_subsets_are_those_of_imagecorruptions(subset, expected):
    """Brightness counts as weather, as in ImageNet-C."""
    assert get_corruption_names(subset) == expected
    assert subset not in CATEGORIES or list(CATEGORIES[subset]) == expected


def test_every_corruption_has_a_section_in_the_specification():
    """SPEC.md defines all of them, in the order of the registry, under the version in force."""
    text = Path(hzbench.corruptions.__file__).with_name("SPEC.md").read_text(encoding="utf-8")
    headings = [line.split()[1] for line in text.splitlines() if line.startswith("## ")]
    assert [name for name in headings if name in ALL_CORRUPTIONS] == list(ALL_CORRUPTIONS)
    assert text.startswith(f"# Specification {SPECIFICATION} ")
