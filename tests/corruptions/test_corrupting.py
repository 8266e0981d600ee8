"""Laws that hold for every corruption, and the errors of the public calls."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from hzbench.corruptions import (
    CORRUPTIONS,
    SEVERITIES,
    corrupt,
    corrupt_all,
    corrupt_batch,
    corrupt_cell,
    get_corruption_names,
    pixel_digest,
)
from hzbench.corruptions.registry import ALL_CORRUPTIONS

# Severities over which the published parameters make the damage grow. Glass blur trades displacement for
# repetitions, snow's severities 2 and 3 differ in kind, frost darkens from 3 to 4, and elastic transform's
# affine step is large at severities 1 and 2 and small at 3-5, where one draw of it hides the displacement.
GROWING = {
    "glass_blur": ((1, 3), (2, 4, 5)),
    "snow": ((1, 2), (3, 4, 5)),
    "frost": ((1, 2, 3), (4, 5)),
    "elastic_transform": ((1, 2), (3, 5), (4, 5)),  # 3 and 4 differ by a twentieth of a level over 128 draws
}
DRAWS = {"frost": 8, "fog": 16, "elastic_transform": 16}


@pytest.mark.parametrize("name", get_corruption_names("all"))
@pytest.mark.parametrize("shape", [(32, 32, 3), (97, 131, 3), (61, 48)])
def test_shape_and_dtype_are_kept_and_the_input_is_untouched(name, shape):
    """Any size from 32 x 32 works, square or not, colour or grey."""
    image = np.random.default_rng(1).integers(0, 256, shape, np.uint8)
    before = image.copy()
    for severity in SEVERITIES:
        corrupted = corrupt(image, severity, name, seed=0)
        assert corrupted.shape == shape
        assert corrupted.dtype == np.uint8
        assert np.array_equal(image, before)
        assert not np.shares_memory(image, corrupted)


@pytest.mark.parametrize("name", get_corruption_names("all"))
def test_layout_and_write_protection_of_the_input_do_not_matter(name, small_picture):
    """A read-only, a Fortran-ordered and a flipped view give the bytes of a plain copy."""
    expected = corrupt(small_picture, 3, name, seed=0)
    read_only = small_picture.copy()
    read_only.setflags(write=False)
    flipped = np.ascontiguousarray(small_picture[:, ::-1])[:, ::-1]
    for image in (read_only, np.asfortranarray(small_picture), flipped):
        assert np.array_equal(corrupt(image, 3, name, seed=0), expected)


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_damage_grows_with_severity(name, photographs):
    """The mean absolute difference over four photographs rises from each severity to the next."""
    damage = {}
    for severity in SEVERITIES:
        differences = [
            np.abs(corrupt_cell(image, name, severity, draw).astype(int) - image).mean()
            for image in photographs
            for draw in range(DRAWS.get(name, 1))
        ]
        damage[severity] = np.mean(differences)
    for run in GROWING.get(name, (SEVERITIES,)):
        assert all(damage[low] < damage[high] for low, high in pairwise(run)), damage


@pytest.mark.parametrize("name", get_corruption_names("all"))
@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(data=st.data())
def test_any_picture_at_any_severity_keeps_its_shape(name, data):
    """No uint8 picture from 32 x 32 up makes a corruption fail."""
    height, width = data.draw(st.integers(32, 70)), data.draw(st.integers(32, 70))
    elements = st.sampled_from([0, 1, 127, 128, 254, 255]) | st.integers(0, 255)
    image = data.draw(hnp.arrays(np.uint8, (height, width, 3), elements=elements, fill=st.integers(0, 255)))
    severity, seed = data.draw(st.sampled_from(SEVERITIES)), data.draw(st.integers(0, 2**70))
    assert corrupt(image, severity, name, seed=seed).shape == image.shape


@pytest.mark.parametrize("name", get_corruption_names("all"))
def test_seed_zero_is_the_cell_itself(name, small_picture):
    """`corrupt(seed=0)`, `corrupt_cell`, a batch and `corrupt_all` give one set of bytes."""
    expected = corrupt_cell(small_picture, name, 2)
    assert np.array_equal(corrupt(small_picture, 2, name, seed=0), expected)
    number = get_corruption_names("all").index(name)
    assert np.array_equal(corrupt(small_picture, 2, corruption_number=number, seed=0), expected)
    known = corrupt_cell(small_picture, name, 2, digest=pixel_digest(small_picture))
    assert np.array_equal(known, expected)


@pytest.mark.parametrize("name", [name for name, corruption in ALL_CORRUPTIONS.items() if corruption.random])
def test_without_a_seed_numpys_global_state_decides(name, small_picture):
    """Two calls differ, and np.random.seed repeats them."""
    np.random.seed(7)
    first, second = corrupt(small_picture, 3, name), corrupt(small_picture, 3, name)
    np.random.seed(7)
    assert np.array_equal(first, corrupt(small_picture, 3, name))
    assert not np.array_equal(first, second)


@pytest.mark.parametrize("name", ALL_CORRUPTIONS)
def test_random_says_whether_draws_differ(name, small_picture):
    """The registry's `random` is true to what the corruption does."""
    same = np.array_equal(corrupt(small_picture, 4, name, seed=0), corrupt(small_picture, 4, name, seed=1))
    assert same != ALL_CORRUPTIONS[name].random


def test_grey_pictures_take_the_green_plane():
    """A grey picture is corrupted as three equal planes, of which the second is returned."""
    grey = np.random.default_rng(2).integers(0, 256, (40, 50), np.uint8)
    stacked = np.stack([grey] * 3, axis=-1)
    colour = corrupt_cell(stacked, "snow", 3, digest=pixel_digest(grey))
    assert np.array_equal(corrupt_cell(grey, "snow", 3), colour[:, :, 1])


def test_a_batch_holds_what_each_picture_gives_alone(photographs):
    """Neighbours in a batch do not matter, and `out` is filled in place."""
    images = np.stack(photographs)
    out = np.zeros_like(images)
    digests = [pixel_digest(image) for image in images]
    filled = corrupt_batch(images, "gaussian_noise", 4, digests=digests, out=out)
    assert filled is out
    for image, corrupted in zip(images, corrupt_batch(images, "gaussian_noise", 4), strict=True):
        assert np.array_equal(corrupted, corrupt_cell(image, "gaussian_noise", 4))
    assert np.array_equal(out, corrupt_batch(images, "gaussian_noise", 4))


def test_corrupt_all_yields_every_cell_in_published_order(small_picture):
    """All corruptions times five severities, each equal to the cell computed alone."""
    cells = list(corrupt_all(small_picture))
    assert [(cell.corruption, cell.severity) for cell in cells] == [
        (name, severity) for name in CORRUPTIONS for severity in SEVERITIES
    ]
    for corruption, severity, image in cells[::7]:
        assert np.array_equal(image, corrupt_cell(small_picture, corruption, severity))


GOOD = np.zeros((40, 40, 3), np.uint8)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"image": GOOD.astype(float)}, TypeError, ["float64", "uint8"]),
        ({"image": [[1, 2]]}, TypeError, ["list", "numpy"]),
        ({"image": GOOD[:20]}, ValueError, ["(20, 40, 3)", "32"]),
        ({"image": np.zeros((40, 40, 4), np.uint8)}, ValueError, ["(40, 40, 4)", "(H, W, 3)"]),
        ({"severity": 6}, ValueError, ["6", "1, 2, 3, 4 or 5", "nearest is 5"]),
        ({"severity": 0}, ValueError, ["0", "nearest is 1"]),
        ({"severity": 2.5}, TypeError, ["2.5", "whole number"]),
        ({"corruption_name": "fogg"}, ValueError, ["'fogg'", "did you mean 'fog'", "gaussian_noise"]),
        ({"corruption_name": None}, ValueError, ["no corruption_name", "gaussian_noise"]),
        ({"corruption_name": None, "corruption_number": 99}, ValueError, ["99", "0 to"]),
        ({"seed": -1}, ValueError, ["-1", "0 or more"]),
        ({"seed": "x"}, TypeError, ["'x'", "whole number"]),
    ],
)
def test_an_error_names_what_was_found_and_what_is_expected(arguments, error, words):
    """Wrong dtype, shape, severity, name or seed: one line that says both."""
    call = {"image": GOOD, "severity": 1, "corruption_name": "fog", "seed": 0, **arguments}
    with pytest.raises(error) as caught:
        corrupt(**call)
    message = str(caught.value)
    assert "\n" not in message
    assert all(word in message for word in words), message


@pytest.mark.parametrize(
    ("images", "options", "error"),
    [
        (GOOD, {}, ValueError),
        ("text", {}, TypeError),
        (GOOD[None], {"digests": []}, ValueError),
        (GOOD[None], {"out": np.zeros((1, 2, 3), np.uint8)}, ValueError),
        (GOOD[None], {"out": "text"}, ValueError),
    ],
)
def test_a_wrong_batch_is_refused(images, options, error):
    """Shape, number of digests and `out` are checked before anything is computed."""
    with pytest.raises(error, match="expected"):
        corrupt_batch(images, "fog", 1, **options)


def test_an_unknown_subset_lists_the_known_ones():
    """The nearest name comes first."""
    with pytest.raises(ValueError, match=r"did you mean 'weather'\? Expected one of: common"):
        get_corruption_names("wether")
