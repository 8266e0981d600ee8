"""Shadows and camera: what stands in the light casts a shadow, and metering holds the exposure."""

import numpy as np
import pytest

from hzbench.benchmark.data.synth.camera import expose
from hzbench.benchmark.data.synth.canvas import GROUND, SKIN
from hzbench.benchmark.data.synth.draws import Draws
from hzbench.benchmark.data.synth.noise import noise_table
from hzbench.benchmark.data.synth.scene import DISTANCES, FIELDS_MM, LIGHTS, SOURCES, Scene, make_scene
from hzbench.benchmark.data.synth.shadows import cast_shadows

EDGE = 64
FROM_THE_LEFT = (-0.8, 0.0, 0.6)


def shadows(depth: np.ndarray, hardness: float = 1.0) -> np.ndarray:
    """Return the four layers of shadow of a height field that is ground where it is low."""
    material = np.where(depth > 0.0, SKIN, GROUND)
    return cast_shadows(depth, material, noise_table(Draws("shadow")), FROM_THE_LEFT, hardness, 4.0)


def scene(**changes: float) -> Scene:
    """Return a scene with some of its numbers changed."""
    return make_scene(Draws("camera"))._replace(vignette=0.0, saturation=1.0, exposure=1.0, **changes)


def test_flat_ground_lies_in_the_light() -> None:
    """Nothing keeps light from a plane."""
    layers = shadows(np.zeros((EDGE, EDGE)))
    assert layers[0].min() > 0.95
    assert layers[2].min() == pytest.approx(1.0)


def test_a_wall_casts_its_shadow_away_from_the_light() -> None:
    """With the light at the left the ground to its right is dark, the ground to its left is not."""
    depth = np.zeros((EDGE, EDGE))
    depth[:, 30:34] = 20.0
    ground = shadows(depth)[0]
    assert ground[8, 10] < 0.1
    assert ground[8, 4] > 0.9


def test_less_light_from_everywhere_reaches_a_corner() -> None:
    """The foot of a wall is darker than open ground."""
    depth = np.zeros((EDGE, EDGE))
    depth[:, 32:] = 20.0
    ground = shadows(depth)[2]
    assert ground[8, 7] < 0.95 * ground[8, 1]


def test_metering_takes_back_most_of_a_brighter_light() -> None:
    """Four times the light changes the picture by less than a stop would."""
    light = np.full((3, EDGE, EDGE), 0.2)
    dark, bright = (expose(gain * light, scene()).mean() for gain in (1.0, 4.0))
    assert dark < bright < 1.45 * dark


def test_very_bright_light_is_white_and_wraps_nowhere() -> None:
    """A spot far above white has the value 255."""
    light = np.full((3, EDGE, EDGE), 0.1)
    light[:, 30:34, 30:34] = 500.0
    assert expose(light, scene())[16, 16].tolist() == [255, 255, 255]


@pytest.mark.parametrize("light", LIGHTS)
@pytest.mark.parametrize("distance", DISTANCES)
def test_a_scene_has_the_light_and_distance_that_are_asked_for(light: str, distance: str) -> None:
    """The field of view is of the distance, and only flashes fall off away from the camera."""
    for number in range(20):
        made = make_scene(Draws(f"scene|{number}"), light, distance)
        low, high = FIELDS_MM[distance]
        assert low <= made.field_mm <= high
        assert (made.flash > 0.0) == (light == "flash")


def test_the_shares_of_light_sources_are_a_whole() -> None:
    """They add up to 1."""
    assert sum(source.share for source in SOURCES) == pytest.approx(1.0)
