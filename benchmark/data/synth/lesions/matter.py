"""Colours of what lies on or in diseased skin, linear RGB, and how skin of any tone reddens."""

from typing import Any, NamedTuple

from hzbench.benchmark.data.synth.person import Person


class Matter(NamedTuple):
    """A linear RGB colour, 0 to 1."""

    red: float
    green: float
    blue: float


SCALE = Matter(0.70, 0.63, 0.56)  # dry silver-white scale
PUS = Matter(0.76, 0.62, 0.36)
SERUM = Matter(0.66, 0.45, 0.31)  # clear fluid under a thin roof
HONEY = Matter(0.47, 0.20, 0.055)  # dried serum
AMBER = Matter(0.30, 0.115, 0.032)  # older dried serum
BLOOD_CRUST = Matter(0.060, 0.015, 0.011)
BROWN_CRUST = Matter(0.15, 0.058, 0.026)
BLOOD_FLUID = Matter(0.085, 0.010, 0.014)  # blood under a roof
RAW = Matter(0.33, 0.045, 0.040)  # skin without its epidermis
KERATIN = Matter(0.20, 0.10, 0.05)  # greasy brown keratin
PLUG = Matter(0.030, 0.020, 0.014)  # oxidised comedone
VIOLET = Matter(0.058, 0.026, 0.031)  # deep vessels seen through much melanin


def cover(matter: Matter, person: Person, brightness: float = 1.0) -> dict[str, Any]:
    """Return a spot's colour fields for `matter`, dimmed as far as skin of the person's tone dims it."""
    tone = brightness * max(0.42, 1.0 - 0.27 * person.melanin)
    return {"red": matter.red * tone, "green": matter.green * tone, "blue": matter.blue * tone}


def inflamed(person: Person, amount: float, profile: str = "plateau") -> dict[str, Any]:
    """Return a spot's fields for inflammation: red on fair skin, violet to dark brown on dark skin.

    Args:
        person: whose skin it is.
        amount: 0 none, 1 a strong erythema.
        profile: over which of a spot's profiles it lies, "plateau" or "ring".
    """
    return {
        f"blood_{profile}": amount * (1.0 - 0.12 * person.melanin),
        f"melanin_{profile}": 0.19 * person.melanin * amount,
        f"cover_{profile}": min(0.35, 0.10 * person.melanin * amount),
        "red": VIOLET.red,
        "green": VIOLET.green,
        "blue": VIOLET.blue,
    }
