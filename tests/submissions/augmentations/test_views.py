"""What all views have in common: keyed by their generator, harmless to their input."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from hzbench.submissions.augmentations.augmix import augmix
from hzbench.submissions.augmentations.chains import Image
from hzbench.submissions.augmentations.prime import prime

View = Callable[[Image, np.random.Generator], Image]


@pytest.fixture
def image() -> Image:
    """A picture with smooth parts and edges, not square."""
    random = np.random.default_rng(1)
    picture = np.linspace(20, 200, 40 * 32 * 3).reshape(40, 32, 3)
    picture[8:20, 5:25] += random.integers(0, 50, (12, 20, 3))
    return picture.astype(np.uint8)


@pytest.mark.parametrize("view", [augmix, prime])
def test_view_is_keyed_by_its_generator_alone(view: View, image: Image) -> None:
    """Equal generators give equal bytes, others give others; shape, dtype and the input are kept."""
    before = image.copy()
    views = [view(image, np.random.default_rng(seed)) for seed in range(6)]
    again = [view(image, np.random.default_rng(seed)) for seed in range(6)]
    assert {(one.shape, one.dtype) for one in views} == {((40, 32, 3), np.dtype(np.uint8))}
    assert [one.tobytes() for one in views] == [one.tobytes() for one in again]
    assert len({one.tobytes() for one in views}) > 4
    np.testing.assert_array_equal(image, before)
