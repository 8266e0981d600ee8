"""Colours of what lies on or in diseased skin, linear RGB."""

from typing import NamedTuple


class Matter(NamedTuple):
    """A linear RGB colour, 0 to 1."""

    red: float
    green: float
    blue: float


SCALE = Matter(0.72, 0.65, 0.59)  # dry silver-white scale
PUS = Matter(0.78, 0.64, 0.38)
SERUM = Matter(0.80, 0.58, 0.42)  # clear fluid under a thin roof
HONEY = Matter(0.50, 0.22, 0.06)  # dried serum
BLOOD_CRUST = Matter(0.055, 0.012, 0.009)
BROWN_CRUST = Matter(0.16, 0.055, 0.022)
KERATIN = Matter(0.20, 0.10, 0.05)  # greasy brown keratin
PLUG = Matter(0.025, 0.017, 0.012)  # oxidised comedone
