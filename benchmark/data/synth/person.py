"""The people of sdhz-synth: skin tone, hair, oiliness and marks that all pictures of a person share."""

from typing import NamedTuple

from hzbench.benchmark.data.synth.draws import Draws

# melanin by Fitzpatrick type: (low, high); 1 is about sRGB (175, 125, 90), 2.2 about (75, 50, 40)
MELANIN = {
    "I": (0.02, 0.16),
    "II": (0.16, 0.36),
    "III": (0.36, 0.68),
    "IV": (0.68, 1.08),
    "V": (1.08, 1.58),
    "VI": (1.58, 2.15),
}


class Person(NamedTuple):
    """What the pictures of one person have in common.

    Attributes:
        melanin: epidermal melanin, 0 (none) to about 2.2.
        blood: resting haemoglobin, about 0.1 to 0.4.
        hair: linear RGB of the body hair.
        hairiness: 0 bare to 1 hairy.
        age: 0 young and smooth to 1 wrinkled.
        freckles: 0 to 1.
        moles: expected moles per square decimetre.
        oil: 0 dry to 1 oily.
        severity: 0 mild to 1 severe disease.
        yellow: undertone, -0.3 rosy to 1 olive.
    """

    melanin: float
    blood: float
    hair: tuple[float, float, float]
    hairiness: float
    age: float
    freckles: float
    moles: float
    oil: float
    severity: float
    yellow: float = 0.0


# linear RGB: black, dark brown, brown, blond, red, grey
_HAIR = (
    (0.012, 0.010, 0.009),
    (0.035, 0.020, 0.012),
    (0.090, 0.050, 0.028),
    (0.330, 0.220, 0.110),
    (0.240, 0.090, 0.030),
    (0.420, 0.410, 0.400),
)


def make_person(draws: Draws, skin_type: str) -> Person:
    """Draw a person of the given Fitzpatrick type; nothing here depends on the diagnosis."""
    low, high = MELANIN[skin_type]
    melanin = draws.uniform(low, high)
    fair = 1.0 - melanin if melanin < 1.0 else 0.0
    hair = draws.integer(6) if draws.chance(fair) else draws.integer(2)
    return Person(
        melanin=melanin,
        blood=draws.uniform(0.08, 0.30) + 0.08 * fair,
        hair=_HAIR[hair],
        hairiness=draws.skewed(0.0, 1.0),
        age=draws.uniform(),
        freckles=draws.skewed(0.0, 1.0) * (0.3 + 0.7 * fair),
        moles=draws.skewed(0.0, 4.0),
        oil=draws.uniform(),
        severity=draws.uniform(),
        yellow=draws.uniform(-0.3, 0.7) + 0.25 * (1.0 - fair),
    )
