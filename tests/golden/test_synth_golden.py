"""sdhz-synth is the same bytes everywhere: sampled pictures against their golden digests."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from make_synth_golden import SPLITS, golden_file, load, preview_digest, sample

from hzbench.benchmark.data.synth import SPLIT_DIGESTS, VERSION, render_picture
from hzbench.corruptions import pixel_digest

pytestmark = pytest.mark.skipif(
    not golden_file().is_file(), reason=f"sdhz-synth-{VERSION} is not frozen and has no golden digests"
)


def test_sampled_pictures_have_their_golden_digests() -> None:
    """One picture of every kind of lesion and three of every split are, byte for byte, what was frozen."""
    assert {str(index): pixel_digest(render_picture(index)) for index in sample()} == load()["pictures"]


def test_sampled_previews_have_their_golden_digests() -> None:
    """So are their previews, which the comparisons with other compilers and CPUs render."""
    assert {str(index): preview_digest(index) for index in sample()} == load()["previews"]


@pytest.mark.slow  # compiles every kernel for another CPU
@pytest.mark.parametrize(
    "environment", [{"NUMBA_DISABLE_JIT": "1"}, {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""}]
)
def test_neither_compiler_nor_cpu_changes_a_byte(environment: dict[str, str]) -> None:
    """Previews have the golden digests without the compiler, and compiled for a plain CPU."""
    chosen = sample()[:: len(sample()) // 3]
    program = (
        "import sys; from make_synth_golden import *; print(*map(preview_digest, map(int, sys.argv[1:])))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *map(str, chosen)],
        cwd=golden_file().parent,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    golden = load()["previews"]
    assert done.stdout.split() == [golden[str(index)] for index in chosen]


def test_every_split_is_frozen() -> None:
    """The renderer refuses a split whose digest is not the one recorded."""
    assert tuple(SPLIT_DIGESTS[VERSION]) == SPLITS
