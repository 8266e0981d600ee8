"""One picture of sdhz-synth from its index: draw person, body, scene and lesions, then shade."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hzbench.benchmark.data.synth.body import Body, Site, form_body, make_body
from hzbench.benchmark.data.synth.canvas import Canvas, blank_canvas
from hzbench.benchmark.data.synth.draws import Draws
from hzbench.benchmark.data.synth.hairs import grow_hairs
from hzbench.benchmark.data.synth.lesions import LESIONS
from hzbench.benchmark.data.synth.materials import surround
from hzbench.benchmark.data.synth.noise import noise_table
from hzbench.benchmark.data.synth.person import Person, make_person
from hzbench.benchmark.data.synth.plan import STREAM, VERSION, PictureRecord, extra_plan, plan
from hzbench.benchmark.data.synth.scene import Scene, make_scene
from hzbench.benchmark.data.synth.shading import shade
from hzbench.benchmark.data.synth.skin import add_marks, grow_skin
from hzbench.benchmark.data.synth.surroundings import Surroundings, make_surroundings

EDGE = 224


class Stage(NamedTuple):
    """What a picture shows beside the disease, drawn without a look at it."""

    person: Person
    scene: Scene
    body: Body
    surroundings: Surroundings
    draws: Draws


def render_picture(index: int, edge: int = EDGE, *, lesions: bool = True) -> npt.NDArray[np.uint8]:
    """Render picture `index` of the plan or of the additional test sets.

    Args:
        index: 0 to 5,699.
        edge: height and width; the data set is made of 224, smaller ones are previews of the same scene.
        lesions: without them, the same skin in the same light: to look for shortcuts.

    Returns:
        (edge, edge, 3) uint8 RGB, the same bytes on every machine.

    Raises:
        ValueError: no such index.
    """
    records = plan() if 0 <= index < len(plan()) else (*plan(), *extra_plan())
    if not 0 <= index < len(records):
        raise ValueError(f"index {index}: sdhz-synth {VERSION} has pictures 0 to {len(records) - 1}")
    record = records[index]
    person, scene, body, surroundings, draws = stage(record, edge)
    canvas = blank_canvas(2 * edge, 2 * edge / scene.field_mm, noise_table(draws))
    form_body(canvas, body)
    surround(canvas, surroundings)
    skin = Draws(f"{_picture_key(record)}|skin")
    grow_skin(canvas, person, body.part, skin)
    add_marks(canvas, person, skin)
    site = _site(canvas, body, skin)
    if lesions:
        key = _person_key(record) if record.condition else _picture_key(record)
        LESIONS[record.kind](site, Draws(f"{key}|lesions"), person)
    grow_hairs(canvas, person, body, skin)
    return shade(canvas, person, scene)


def stage(record: PictureRecord, edge: int = EDGE) -> Stage:
    """Return person, light, body part and surroundings of a picture of `edge` pixels a side."""
    person = make_person(Draws(_person_key(record)), record.skin_type)
    # scene, skin and lesions draw from streams of their own: nothing around a lesion depends on its class
    draws = Draws(f"{_picture_key(record)}|scene")
    light, _, distance = record.condition.partition("/")
    scene = make_scene(draws, light or None, distance or None)
    # a person who is taken under several conditions shows the same place under each
    place = Draws(f"{_person_key(record)}|body") if record.condition else draws
    body = make_body(place, scene.field_mm, 2 * edge)
    return Stage(person, scene, body, make_surroundings(draws, body, 2 * edge), draws)


def _picture_key(record: PictureRecord) -> str:
    return f"sdhz-synth|{STREAM}|picture|{record.index}"


def _person_key(record: PictureRecord) -> str:
    return f"sdhz-synth|{STREAM}|{record.group}"


def _site(canvas: Canvas, body: Body, draws: Draws) -> Site:
    """Return a place near where the camera points that is bare skin, not too near the outline."""
    edge = canvas.edge
    best = (0.5 * edge, 0.5 * edge)
    best_rim = 99.0
    for attempt in range(16):
        reach = 0.01 + 0.014 * attempt
        x = body.x + draws.normal(0.0, reach) * edge
        y = body.y + draws.normal(0.0, reach) * edge
        if not (0.1 * edge < x < 0.9 * edge and 0.1 * edge < y < 0.9 * edge):
            continue
        rim = float(canvas.rim[int(y), int(x)])
        if rim < best_rim:
            best, best_rim = (x, y), rim
        if rim < 0.6:
            break
    return Site(canvas, best[0], best[1], (body.axis_x, body.axis_y))
