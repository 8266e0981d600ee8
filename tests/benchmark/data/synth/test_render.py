"""Rendering of sdhz-synth: exact bytes everywhere, and nothing but the lesion depends on the class."""

import hashlib
import os
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from scipy.stats import chi2_contingency, kruskal

from hzbench.benchmark.data.synth import VERSION, plan, render, render_picture
from hzbench.benchmark.data.synth.body import make_body
from hzbench.benchmark.data.synth.draws import Draws
from hzbench.benchmark.data.synth.lesions import LESIONS
from hzbench.benchmark.data.synth.plan import STREAM
from hzbench.benchmark.data.synth.scene import make_scene
from hzbench.benchmark.data.synth.surroundings import make_surroundings

PREVIEW = 24  # pixels: small enough for the interpreter

DIGESTS = """
import hashlib, sys
from hzbench.benchmark.data.synth import render_picture
for text in sys.argv[2:]:
    print(hashlib.sha256(render_picture(int(text), int(sys.argv[1])).tobytes()).hexdigest())
"""


def digests_of_another_process(edge: int, indices: list[int], **environment: str) -> list[str]:
    """Return the SHA-256 of pictures rendered by a fresh Python."""
    done = subprocess.run(
        [sys.executable, "-c", DIGESTS, str(edge), *map(str, indices)],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


def digest(index: int, edge: int = 224) -> str:
    """Return the SHA-256 of a picture's bytes."""
    return hashlib.sha256(render_picture(index, edge).tobytes()).hexdigest()


def index_of(kind: str) -> int:
    """Return the first picture that shows this kind of lesion."""
    return next(record.index for record in plan() if record.kind == kind)


def test_a_picture_is_224_pixels_of_rgb_bytes() -> None:
    """The data set is made of 224 x 224 RGB uint8 pictures."""
    picture = render_picture(0)
    assert picture.shape == (224, 224, 3)
    assert picture.dtype == np.uint8


@pytest.mark.parametrize("index", [-1, 5700])
def test_an_index_outside_the_plan_is_refused(index: int) -> None:
    """The error names the index and the valid range."""
    with pytest.raises(ValueError, match=f"index {index}: sdhz-synth {VERSION} has pictures 0 to 5699"):
        render_picture(index)


def test_a_fresh_process_renders_the_same_bytes_in_another_order() -> None:
    """Nothing carries over from one picture to the next."""
    indices = [2399, 7, 1200]
    assert digests_of_another_process(224, indices) == [digest(index) for index in indices]


def test_the_compiler_changes_no_byte() -> None:
    """With NUMBA_DISABLE_JIT=1 previews have the bytes of the compiled renderer."""
    indices = [index_of(kind) for kind in ("herpes_zoster", "tinea")]
    plain = digests_of_another_process(PREVIEW, indices, NUMBA_DISABLE_JIT="1")
    assert plain == [digest(index, PREVIEW) for index in indices]


def test_threads_change_no_byte() -> None:
    """Four threads at once give what one gives."""
    indices = [5, 6, 7, 8]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(digest, indices)) == [digest(index) for index in indices]


def test_no_two_pictures_are_equal() -> None:
    """Pictures from all over the plan and the additional test sets differ, already at 16 pixels."""
    indices = range(0, 5700, 19)
    assert len({digest(index, 16) for index in indices}) == len(indices)


@pytest.mark.parametrize("kind", LESIONS)
def test_a_lesion_shows_and_leaves_some_of_the_picture_alone(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without its lesions a picture differs where they were, and only there."""
    changed = []
    for index in [record.index for record in plan() if record.kind == kind][:4]:
        with_lesions = render_picture(index, 96).astype(int)
        with monkeypatch.context() as patch:
            patch.setitem(render.LESIONS, kind, lambda site, draws, person: None)
            without = render_picture(index, 96).astype(int)
        changed.append(float((np.abs(with_lesions - without).max(axis=2) > 8).mean()))
    assert max(changed) > 0.003
    assert min(changed) < 0.9


@pytest.mark.parametrize(
    "trait", ["field_mm", "exposure", "ambient", "light_red", "fill_blue", "hardness", "flash", "shadow"]
)
def test_light_and_framing_are_independent_of_the_class(trait: str) -> None:
    """A rank test finds no difference of the scenes between classes."""
    values: dict[str, list[float]] = {}
    for record in plan():
        scene = make_scene(Draws(f"sdhz-synth|{STREAM}|picture|{record.index}|scene"))
        values.setdefault(record.label, []).append(getattr(scene, trait))
    assert kruskal(*values.values()).pvalue > 0.01


@pytest.mark.parametrize("trait", ["body part", "ground", "clothing"])
def test_body_part_and_surroundings_are_independent_of_the_class(trait: str) -> None:
    """A chi-square test finds no association of what is around a lesion and the label."""
    table: Counter[tuple[str, object]] = Counter()
    for record in plan():
        draws = Draws(f"sdhz-synth|{STREAM}|picture|{record.index}|scene")
        body = make_body(draws, make_scene(draws).field_mm, 48)
        around = make_surroundings(draws, body, 48)
        values = {"body part": body.name, "ground": around.ground, "clothing": around.cloth}
        table[record.label, values[trait]] += 1
    labels, kinds = ({key[place] for key in table} for place in (0, 1))
    counts = [[table[label, kind] for kind in kinds] for label in labels]
    assert chi2_contingency(counts).pvalue > 0.01
