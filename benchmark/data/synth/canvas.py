"""What a picture is painted on: planes of relief, pigment, blood, gloss and surface cover."""

from typing import NamedTuple

import numpy as np

from hzbench.benchmark.data.synth.noise import Plane

SKIN, CLOTH, GROUND, OBJECT = 0.0, 1.0, 2.0, 3.0


class Canvas(NamedTuple):
    """Planes of one picture at twice its final resolution, each (edge, edge) float64.

    Attributes:
        scale: pixels per millimetre on the plane through the middle of the body part.
        table: the picture's noise table.
        depth: height of the surface toward the camera, in pixels.
        rim: 0 in the middle of the body part, 1 at its outline, above 1 where there is no bare skin.
        relief: fine height added by pores, wrinkles and lesions, in pixels.
        blood: haemoglobin beyond the person's own, in units of one strong erythema.
        melanin: melanin beyond the person's own (negative: depigmented).
        gloss: strength of the highlight, 0 dry to about 3 wet.
        red, green, blue: linear colour of matter that lies on the skin (scale, pus, crust, hair).
        cover: how much of the skin that matter hides, 0 to 1.
        material: SKIN, CLOTH, GROUND or OBJECT.
        back_red, back_green, back_blue: linear colour of what is not skin.
    """

    scale: float
    table: Plane
    depth: Plane
    rim: Plane
    relief: Plane
    blood: Plane
    melanin: Plane
    gloss: Plane
    red: Plane
    green: Plane
    blue: Plane
    cover: Plane
    material: Plane
    back_red: Plane
    back_green: Plane
    back_blue: Plane

    @property
    def edge(self) -> int:
        """Height and width in pixels."""
        return int(self.depth.shape[0])


def blank_canvas(edge: int, scale: float, table: Plane) -> Canvas:
    """Return a canvas of `edge` x `edge` pixels with nothing on it."""
    planes = np.zeros((14, edge, edge), dtype=np.float64)
    return Canvas(scale, table, *planes)
