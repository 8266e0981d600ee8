"""Every cell lies close to what the original makes of the same random fields, or follows the same law."""

import numpy as np
import pytest

from hzbench.corruptions import CORRUPTIONS, SEVERITIES, corrupt_cell

FREE = ("gaussian_noise", "shot_noise", "impulse_noise", "glass_blur")  # whose law is tested besides


@pytest.mark.parametrize("severity", SEVERITIES)
@pytest.mark.parametrize("name", CORRUPTIONS)
def test_a_cell_is_the_originals_within_two_levels(name, severity, original_module, pictures):
    """Fed with the same random fields: at most 2 levels on any value, at most 0.5 on average."""
    from comparison import difference

    apart = difference(original_module, name, severity, pictures)
    assert apart.largest <= 2
    assert apart.mean <= 0.5


@pytest.mark.parametrize("severity", SEVERITIES)
@pytest.mark.parametrize("name", FREE)
def test_free_draws_follow_the_same_law(name, severity, original_module, pictures):
    """Mean, spread, PSNR and spectrum of the damage agree within sampling error, each side drawing freely."""
    import original
    from comparison import law

    repeats = 1 if name == "glass_blur" else 4  # its loops are slow, and every pixel of it is drawn
    many = pictures * repeats
    np.random.seed(severity)
    generator = np.random.default_rng(
        severity
    )  # impulse noise takes a new, unseeded generator for each picture
    with original.injected(default_rng=[lambda seed: generator] * len(many)):
        theirs = law(many, [original.original(original_module, name, each, severity) for each in many])
    draws = [draw for draw in range(repeats) for _ in pictures]
    ours = law(
        many, [corrupt_cell(each, name, severity, draw) for each, draw in zip(many, draws, strict=True)]
    )
    assert ours.mean == pytest.approx(theirs.mean, abs=0.02 * theirs.deviation)
    assert ours.deviation == pytest.approx(theirs.deviation, rel=0.02)
    assert ours.psnr == pytest.approx(theirs.psnr, abs=0.2)
    assert ours.spectrum == pytest.approx(theirs.spectrum, abs=0.5)
