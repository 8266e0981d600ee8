"""Body parts: where the camera is pointed there is skin, at every distance, and details stay on it."""

import numpy as np
import pytest

from hzbench.benchmark.data.synth.body import Body, form_body, make_body
from hzbench.benchmark.data.synth.canvas import Canvas, blank_canvas
from hzbench.benchmark.data.synth.capsules import View
from hzbench.benchmark.data.synth.draws import Draws
from hzbench.benchmark.data.synth.features import Feature, paint_features
from hzbench.benchmark.data.synth.noise import noise_table
from hzbench.benchmark.data.synth.parts import PARTS
from hzbench.benchmark.data.synth.parts.part import path
from hzbench.benchmark.data.synth.solids import Solid, form_solids

EDGE = 64


def formed(name: str, field_mm: float, monkeypatch: pytest.MonkeyPatch) -> tuple[Body, Canvas]:
    """Return a part before a camera, and the canvas with its shape."""
    draws = Draws(f"part|{name}|{field_mm}")
    for other in PARTS:
        monkeypatch.setitem(PARTS, other, (PARTS[other][0], 1.0 if other == name else 0.0))
    body = make_body(draws, field_mm, EDGE)
    canvas = blank_canvas(EDGE, EDGE / field_mm, noise_table(draws))
    form_body(canvas, body)
    return body, canvas


def plain_canvas() -> tuple[Canvas, View]:
    """Return an empty canvas 100 mm wide, and a view that looks straight at its part."""
    return blank_canvas(EDGE, EDGE / 100.0, noise_table(Draws("plain"))), View(
        0.0, 0.0, 1.0, 0.0, 1.0, EDGE / 100.0
    )


def test_the_shares_of_body_parts_are_a_whole() -> None:
    """They add up to 1."""
    assert sum(share for _, share in PARTS.values()) == pytest.approx(1.0)


@pytest.mark.parametrize("field_mm", [45.0, 120.0, 300.0])
@pytest.mark.parametrize("name", PARTS)
def test_the_camera_is_pointed_at_skin(name: str, field_mm: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """The place where disease may sit is in the picture and on the body."""
    body, canvas = formed(name, field_mm, monkeypatch)
    assert body.name == name
    assert 0 <= body.x < EDGE
    assert 0 <= body.y < EDGE
    assert canvas.rim[int(body.y), int(body.x)] < 1.0


@pytest.mark.parametrize("name", PARTS)
def test_a_part_has_no_details_beside_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Off the body there is no blood, no melanin and no height but the ground's."""
    body, canvas = formed(name, 300.0, monkeypatch)
    outside = canvas.rim >= 1.0
    assert not canvas.blood[outside].any()
    assert not canvas.melanin[outside].any()
    assert set(canvas.depth[outside]) <= {-body.floor_mm * canvas.scale}


def test_two_solids_flow_into_each_other() -> None:
    """Between two balls that nearly touch there is skin where they blend, and none where they do not."""
    for blend, inside in ((30.0, True), (0.1, False)):
        canvas, view = plain_canvas()
        balls = [Solid(x, 0.0, 0.0, 19.0, x, 0.0, 0.0, 19.0, blend=blend) for x in (-20.0, 20.0)]
        form_solids(canvas, balls, view, 0.0, 50.0, 0.0)
        assert bool(canvas.rim[EDGE // 2, EDGE // 2] < 1.0) is inside


def test_the_pieces_of_a_line_add_up_nowhere() -> None:
    """Where two pieces of one line overlap there is no more than each gives."""
    canvas, view = plain_canvas()
    look = {"edge": 0.1, "rough": 0.0, "melanin": 1.0}
    line = path(((-30.0, 0.0), (0.0, 0.0), (30.0, 20.0)), 8.0, fade=False, **look)
    paint_features(canvas, line, view, 0.0)
    assert canvas.melanin.max() == pytest.approx(1.0)


def test_a_feature_is_where_the_view_puts_it() -> None:
    """A detail to the right of the part is to the right in the picture, and to the left when mirrored."""
    spot = Feature(30.0, 0.0, 5.0, 30.0, 0.0, 5.0, blood=1.0)
    for mirror, side in ((1.0, 1), (-1.0, 0)):
        canvas, view = plain_canvas()
        paint_features(canvas, [spot], view._replace(mirror=mirror), 0.0)
        halves = [canvas.blood[:, : EDGE // 2].sum(), canvas.blood[:, EDGE // 2 :].sum()]
        assert int(np.argmax(halves)) == side
        assert min(halves) == 0.0
