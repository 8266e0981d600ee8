"""The cells in which both public sources agree lie close to the second one's, too."""

import pytest

from hzbench.corruptions import CORRUPTIONS, SEVERITIES, corrupt_cell


@pytest.fixture(scope="module")
def second_module():
    """The module with imagecorruptions-imaug's functions."""
    import second

    reason = second.missing()
    if reason:
        pytest.skip(reason)
    return second.load()


@pytest.fixture(scope="module")
def two_pictures():
    """Two photographs, 224 x 224 x 3."""
    from comparison import photographs

    return list(photographs().values())[:2]


def test_every_corruption_has_its_place(second_module):
    """Compared pixel by pixel, compared by law, or known to be defined otherwise."""
    import second

    assert sorted(second.EQUAL + second.FREE + second.ELSEWHERE) == sorted(CORRUPTIONS)


@pytest.mark.parametrize("severity", SEVERITIES)
@pytest.mark.parametrize("position", range(11))
def test_a_cell_is_the_second_oracles_within_a_level(position, severity, second_module, two_pictures):
    """Fed with the same random fields: at most 1 level on any value, at most 0.5 on average."""
    import second

    apart = second.difference(second_module, second.Cell(second.EQUAL[position], severity), two_pictures)
    assert apart.largest <= 1
    assert apart.mean <= 0.5


@pytest.mark.parametrize("severity", SEVERITIES)
def test_glass_blur_follows_the_same_law(severity, second_module, two_pictures):
    """Mean, spread and PSNR of the damage agree within sampling error, each side drawing freely."""
    import second
    from comparison import law

    many = two_pictures * 4
    theirs = law(
        many, [second.second(second_module, second.Cell("glass_blur", severity), each) for each in many]
    )
    ours = law(many, [corrupt_cell(each, "glass_blur", severity, draw) for draw, each in enumerate(many)])
    assert ours.mean == pytest.approx(theirs.mean, abs=0.02 * theirs.deviation)
    assert ours.deviation == pytest.approx(theirs.deviation, rel=0.03)
    assert ours.psnr == pytest.approx(theirs.psnr, abs=0.3)
