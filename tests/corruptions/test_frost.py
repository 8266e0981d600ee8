"""Frost: the original textures, where they are cut, and how they are laid over a picture."""

from pathlib import Path

import numpy as np
import pytest

from hzbench.corruptions import frost as module
from hzbench.corruptions.frost import TEXTURES, first_line, frost, mirrored, texture
from hzbench.corruptions.random_stream import RandomStream

STREAM = RandomStream(1, 2, 3, 4)


class Drawn:
    """A stream that yields chosen words."""

    def __init__(self, *words: int):
        """Keep the words."""
        self.chosen = words

    def words(self, field: int, count: int) -> tuple[int, ...]:
        """Return the chosen words."""
        assert (field, count) == (0, len(self.chosen))
        return self.chosen


def test_textures_are_the_original_ones():
    """Five textures load, with their sizes; the second and third are equal."""
    assert [texture(i).shape[:2] for i in range(5)] == [
        (600, 900),
        (315, 560),
        (315, 560),
        (350, 527),
        (495, 660),
    ]
    assert (texture(1) == texture(2)).all()
    assert all("frost6" not in name for name, _ in TEXTURES)


def test_a_texture_is_read_once():
    """Two calls give the same array."""
    assert texture(0) is texture(0)


def test_a_missing_package_is_named(monkeypatch):
    """The error says what to install."""
    monkeypatch.setattr(module.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ValueError, match="pip install imagecorruptions"):
        module.textures_folder()


def test_a_missing_or_different_texture_is_named(monkeypatch, tmp_path: Path):
    """The error names the file, what is wrong, and the cure."""
    monkeypatch.setattr(module, "textures_folder", lambda: tmp_path)
    with pytest.raises(ValueError, match=r"frost1\.png.*can't be read.*--force-reinstall"):
        texture.__wrapped__(0)
    module.PillowImage.new("RGB", (900, 600)).save(tmp_path / "frost1.png")
    with pytest.raises(ValueError, match=r"frost1\.png.*expected 50866e45a4a9b1b9.*--force-reinstall"):
        texture.__wrapped__(0)


@pytest.mark.parametrize(
    ("word", "available", "needed", "expected"),
    [
        (0, 315, 224, 0),
        (2**32 - 1, 315, 224, 90),
        (2**32 - 1, 225, 224, 0),
        (2**32 - 1, 315, 315, 314),
        (2**31, 315, 480, 157),
    ],
)
def test_the_first_line_is_uniform(word, available, needed, expected):
    """The last place where the crop fits is left out; texture and picture of equal length use any line."""
    assert first_line(word, available, needed) == expected


def test_short_textures_go_on_as_mirror_images():
    """Lines run to and fro, the border lines twice."""
    assert mirrored(1, 3, 8).tolist() == [1, 2, 2, 1, 0, 0, 1, 2]


@pytest.mark.parametrize("severity", range(1, 6))
def test_values_are_weighted_sums_rounded_down(severity):
    """Each value is floor((a picture + b texture) / 100), at most 255, at the drawn place."""
    picture = np.random.default_rng(severity).integers(0, 256, (224, 100, 3), np.uint8)
    words = (2**32 - 1, 2**31, 123456789)
    ice = texture(4)
    row, column = words[1] * (495 - 224) >> 32, words[2] * (660 - 100) >> 32
    a, b = module.PERCENT[severity - 1]
    expected = np.minimum(
        (a * picture.astype(int) + b * ice[row : row + 224, column : column + 100].astype(int)) // 100, 255
    )
    assert (frost(picture, severity, Drawn(*words)) == expected).all()


def test_every_texture_is_drawn_equally_often():
    """The first word is cut into five equal parts."""
    black = np.zeros((32, 32, 3), np.uint8)
    for index in range(5):
        word = int((index + 0.5) / 5 * 2**32)
        assert (frost(black, 1, Drawn(word, 0, 0)) == texture(index)[:32, :32].astype(int) * 40 // 100).all()


@pytest.mark.parametrize("shape", [(32, 32, 3), (640, 480, 3), (480, 1000, 3), (601, 50, 3)])
def test_any_size_is_covered(shape):
    """Pictures larger than a texture get mirrored ice everywhere."""
    assert frost(np.zeros(shape, np.uint8), 5, STREAM).shape == shape
    big = frost(np.zeros((700, 600, 3), np.uint8), 5, Drawn(2**31 - 1, 0, 0))
    assert (big[:315, :560] == big[629:314:-1, :560]).all()
