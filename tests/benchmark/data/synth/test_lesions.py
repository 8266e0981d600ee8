"""Lesions of sdhz-synth: exact, varied, and painted by primitives that do what they say."""

import hashlib
import os
import subprocess
import sys

import numpy as np
import pytest

from hzbench.benchmark.data.synth.body import Site
from hzbench.benchmark.data.synth.canvas import Canvas, blank_canvas
from hzbench.benchmark.data.synth.draws import Draws
from hzbench.benchmark.data.synth.lesions import LESIONS
from hzbench.benchmark.data.synth.lesions.matter import SCALE, cover, inflamed
from hzbench.benchmark.data.synth.lesions.shapes import apart, clump, patch, trail
from hzbench.benchmark.data.synth.noise import noise_table
from hzbench.benchmark.data.synth.person import Person, make_person
from hzbench.benchmark.data.synth.plan import KINDS
from hzbench.benchmark.data.synth.spots import Patch, Spot, paint

EDGE = 160  # pixels of a test canvas, two a millimetre


def canvas_of(key: str = "canvas") -> Canvas:
    """Return a flat canvas of 80 x 80 mm."""
    return blank_canvas(EDGE, 2.0, noise_table(Draws(key)))


def site_of(canvas: Canvas) -> Site:
    """Return the middle of a canvas."""
    return Site(canvas, 0.5 * EDGE, 0.5 * EDGE, (1.0, 0.0))


def someone(skin_type: str = "II") -> Person:
    """Return a person of this Fitzpatrick type."""
    return make_person(Draws("someone"), skin_type)


def draw(kind: str, key: str, skin_type: str = "II") -> Canvas:
    """Return a canvas with one drawing of this kind of lesion."""
    canvas = canvas_of()
    LESIONS[kind](site_of(canvas), Draws(key), someone(skin_type))
    return canvas


def digest(canvas: Canvas) -> str:
    """Return the SHA-256 of everything painted on a canvas."""
    return hashlib.sha256(b"".join(np.ascontiguousarray(plane).tobytes() for plane in canvas[4:])).hexdigest()


def painted() -> str:
    """Return the digest of a spot and a patch with every profile."""
    canvas = blank_canvas(40, 1.0, noise_table(Draws("spot")))
    look = {
        **dict.fromkeys(
            ("irregular", "halo", "height_dome", "height_ring", "blood_plateau", "blood_ring"), 0.3
        ),
        **dict.fromkeys(("rough", "blood_halo", "melanin_core", "gloss_dome", "vary", "matt", "bump"), 0.4),
        **dict.fromkeys(("ring_gap", "flatness", "mottle", "red", "cover_plateau", "patch"), 0.7),
    }
    spot = Spot(14.0, 15.0, 8.0, aspect=0.7, axis_x=0.6, axis_y=0.8, square=0.5, offset=9.0, **look)
    lobes = (Spot(24.0, 22.0, 7.0), Spot(30.0, 27.0, 5.0), Spot(3.0, 36.0, 3.0))
    paint(canvas, [spot, Patch(lobes, Spot(24.0, 22.0, 4.0, patch_size=3.0, **look))])
    return digest(canvas)


def marked(canvas: Canvas) -> float:
    """Return the share of the canvas that a lesion has visibly changed."""
    changed = (np.abs(canvas.blood) > 0.1) | (np.abs(canvas.melanin) > 0.05)
    changed |= (canvas.cover > 0.1) | (np.abs(canvas.relief) > 0.2)
    return float(changed.mean())


def test_every_kind_of_the_plan_has_a_morphology_and_the_reverse() -> None:
    """The plan's kinds and the table of lesions name the same diseases."""
    assert {kind for kinds in KINDS.values() for kind in kinds} == set(LESIONS)


@pytest.mark.parametrize("kind", LESIONS)
def test_a_morphology_depends_on_its_draws_alone(kind: str) -> None:
    """The same key paints the same planes twice."""
    assert digest(draw(kind, "a")) == digest(draw(kind, "a"))


@pytest.mark.parametrize("kind", LESIONS)
def test_no_two_drawings_of_a_morphology_are_alike(kind: str) -> None:
    """Eight keys paint eight pictures, and the largest lesion covers half as much again as the smallest."""
    canvases = [draw(kind, str(key)) for key in range(8)]
    assert len({digest(canvas) for canvas in canvases}) == 8
    shares = [marked(canvas) for canvas in canvases]
    assert max(shares) > 1.5 * min(shares)


@pytest.mark.parametrize("kind", LESIONS)
@pytest.mark.parametrize("skin_type", ["I", "VI"])
def test_paint_stays_within_what_shading_expects(kind: str, skin_type: str) -> None:
    """Cover is a share, colours are linear 0 to 1, nothing is infinite, and gloss is never negative."""
    canvas = draw(kind, "range", skin_type)
    for plane in canvas[4:]:
        assert np.isfinite(plane).all()
    assert canvas.cover.min() >= 0.0
    assert canvas.cover.max() <= 1.0
    for plane in (canvas.red, canvas.green, canvas.blue):
        assert plane.min() >= 0.0
        assert plane.max() <= 1.2
    assert canvas.gloss.min() >= 0.0


def test_the_compiler_changes_no_byte_of_a_spot_or_patch() -> None:
    """Every profile of a spot and of a patch is painted alike with and without numba."""
    plain = subprocess.run(
        [sys.executable, "-c", f"import runpy; print(runpy.run_path({__file__!r})['painted']())"],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert plain.stdout.strip() == painted()


def test_a_patch_of_one_lobe_is_a_spot() -> None:
    """With the lobe's radius as unit the two primitives paint the same bytes."""
    spot = Spot(80.0, 80.0, 30.0, irregular=0.2, height_dome=3.0, blood_ring=0.5, offset=7.0)
    one, other = canvas_of(), canvas_of()
    paint(one, [spot])
    paint(other, [Patch((spot,), spot, blend=0.0)])
    assert digest(one) == digest(other)


def test_a_union_has_no_border_inside() -> None:
    """Where two discs overlap, a ring follows the common outline and does not cross it."""
    canvas = canvas_of()
    lobes = (Spot(65.0, 80.0, 25.0), Spot(95.0, 80.0, 25.0))
    paint(canvas, [Patch(lobes, Spot(80.0, 80.0, 5.0, irregular=0.0, blood_ring=1.0), blend=0.0)])
    assert canvas.blood[80, 40] > 0.5  # the left disc's outer edge
    assert canvas.blood[80, 90] == 0.0  # where the left disc's right edge would be


def test_scale_breaks_up_and_takes_the_gloss_away() -> None:
    """Flakes leave skin between them, and covered skin shines less."""
    canvas = canvas_of()
    canvas.gloss[:] = 1.0
    scale = {"cover_plateau": 0.9, "patch": 1.0, "patch_size": 4.0, "matt": 1.0}
    paint(canvas, [Spot(80.0, 80.0, 50.0, **cover(SCALE, someone()), **scale)])
    inside = canvas.cover[50:110, 50:110]
    assert inside.min() < 0.1
    assert inside.max() > 0.6
    assert np.corrcoef(inside.ravel(), canvas.gloss[50:110, 50:110].ravel())[0, 1] < -0.9


def test_inflammation_reddens_fair_skin_and_darkens_dark_skin() -> None:
    """The same inflammation adds more blood to fair skin, more melanin and violet to dark skin."""
    fair, dark = inflamed(someone("I"), 1.0), inflamed(someone("VI"), 1.0)
    assert fair["blood_plateau"] > dark["blood_plateau"]
    assert fair["melanin_plateau"] < dark["melanin_plateau"]
    assert fair["cover_plateau"] < dark["cover_plateau"]


def test_shapes_keep_their_promises() -> None:
    """A clump starts at its middle, a trail's points are a step apart, and apart measures from rim to rim."""
    draws = Draws("shapes")
    lobes = clump(draws, 3.0, 4.0, 10.0, 5)
    assert len(lobes) == 5
    assert lobes[0][:2] == (3.0, 4.0)
    points = np.array(trail(draws, 0.0, 0.0, (0.6, 0.8), 20.0, 2.0, 0.2))
    assert len(points) == 11
    assert np.allclose(np.sqrt((np.diff(points, axis=0) ** 2).sum(axis=1)), 2.0)
    assert apart([(0.0, 0.0, 1.0)], 2.1, 0.0, 1.0, 1.0)
    assert not apart([(0.0, 0.0, 1.0)], 1.9, 0.0, 1.0, 1.0)


def test_a_patch_is_laid_out_in_millimetres() -> None:
    """On a canvas of two pixels a millimetre, a disc of 10 mm is 40 pixels wide."""
    canvas = canvas_of()
    disc = patch(site_of(canvas), [(0.0, 0.0, 10.0)], 4.0, irregular=0.0, edge=0.05, blood_plateau=1.0)
    paint(canvas, [disc])
    assert abs(float((canvas.blood[80] > 0.5).sum()) - 40.0) <= 2.0


def test_nothing_is_painted_beside_the_skin() -> None:
    """Where the rim says cloth or ground, a lesion leaves no trace."""
    canvas = canvas_of()
    canvas.rim[:, 80:] = 5.0
    paint(canvas, [Spot(80.0, 80.0, 30.0, blood_plateau=1.0, cover_plateau=0.5, height_dome=2.0)])
    assert canvas.blood[:, :80].max() > 0.5
    assert all(not plane[:, 80:].any() for plane in canvas[4:])
