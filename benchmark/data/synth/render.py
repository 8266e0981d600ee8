"""One picture of sdhz-synth from its index: draw person, body, scene and lesions, then shade."""

import numpy as np
import numpy.typing as npt

from hzbench.benchmark.data.synth.body import SHEET, Site, form_body, make_body
from hzbench.benchmark.data.synth.canvas import Canvas, blank_canvas
from hzbench.benchmark.data.synth.draws import Draws
from hzbench.benchmark.data.synth.hairs import grow_hairs
from hzbench.benchmark.data.synth.lesions import LESIONS
from hzbench.benchmark.data.synth.noise import noise_table
from hzbench.benchmark.data.synth.person import make_person
from hzbench.benchmark.data.synth.plan import VERSION, plan
from hzbench.benchmark.data.synth.scene import Scene, make_scene
from hzbench.benchmark.data.synth.shading import shade
from hzbench.benchmark.data.synth.skin import add_marks, grow_skin

EDGE = 224


def render_picture(index: int, edge: int = EDGE) -> npt.NDArray[np.uint8]:
    """Render picture `index` of the plan.

    Args:
        index: 0 to 2,399.
        edge: height and width; the data set is made of 224, smaller ones are previews of the same scene.

    Returns:
        (edge, edge, 3) uint8 RGB, the same bytes on every machine.

    Raises:
        ValueError: no such index.
    """
    records = plan()
    if not 0 <= index < len(records):
        raise ValueError(f"index {index}: sdhz-synth {VERSION} has pictures 0 to {len(records) - 1}")
    record = records[index]
    picture_key = f"sdhz-synth|{VERSION}|picture|{index}"
    person = make_person(Draws(f"sdhz-synth|{VERSION}|{record.group}"), record.skin_type)
    # scene, skin and lesions draw from streams of their own: nothing around a lesion depends on its class
    surroundings = Draws(f"{picture_key}|scene")
    scene = make_scene(surroundings)
    body = make_body(surroundings, scene.field_mm)
    canvas = blank_canvas(2 * edge, 2 * edge / scene.field_mm, noise_table(surroundings))
    form_body(canvas, body)
    skin = Draws(f"{picture_key}|skin")
    grow_skin(canvas, person, skin)
    add_marks(canvas, person, skin)
    axis = (body.axis_x, body.axis_y) if body.shape != SHEET else skin.direction()
    site = _site(canvas, scene, axis, skin)
    LESIONS[record.kind](site, Draws(f"{picture_key}|lesions"), person)
    grow_hairs(canvas, person, skin)
    return shade(canvas, person, scene)


def _site(canvas: Canvas, scene: Scene, axis: tuple[float, float], draws: Draws) -> Site:
    """Return a place near the middle of the picture that is bare skin, not too near the outline."""
    edge = canvas.edge
    best = (0.5 * edge, 0.5 * edge)
    best_rim = 9.0
    for _ in range(12):
        x = draws.normal(0.5, 0.09)
        y = draws.normal(0.5, 0.09)
        rim = float(canvas.rim[int(y * edge), int(x * edge)])
        clothed = (x - 0.5) * scene.cloth_x + (y - 0.5) * scene.cloth_y - scene.cloth_at
        if scene.cloth > 0.5 and clothed > -0.12:
            continue
        if rim < best_rim:
            best, best_rim = (x * edge, y * edge), rim
        if rim < 0.6:
            break
    return Site(canvas, best[0], best[1], axis)
