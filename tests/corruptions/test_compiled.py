"""Compiled kernels are never stale and never stop an import."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import hzbench.corruptions
from hzbench.corruptions import compiled

PACKAGE = Path(hzbench.corruptions.__file__).parent

# A process that uses the package in the folder argv[1] under the name hzbench, whatever is installed.
START = """
import sys, types
sys.modules["hzbench"] = package = types.ModuleType("hzbench")
package.__path__ = [sys.argv[1]]
import numpy as np
from hzbench.corruptions.compiled import CACHE_FOLDER
"""
ONE_KERNEL = """
from hzbench.corruptions.impulse_noise import replace_values
pixels, output = np.arange(99, dtype=np.uint8), np.zeros(99, np.uint8)
replace_values(pixels, np.arange(99, dtype=np.uint16), 20, output)
print(CACHE_FOLDER, output.tobytes().hex())
"""
CALLER_OF_A_SHARED_KERNEL = """
from hzbench.corruptions.displacement import blur_columns
noise, blurred = np.arange(1600, dtype=np.int16).reshape(40, 40), np.zeros((40, 40), np.int16)
blur_columns(noise, np.full(3, 2**17, np.int32), np.zeros((2, 40), np.int32), blurred)
print(CACHE_FOLDER, blurred.tobytes().hex())
"""


def run(code, *arguments, **environment):
    """Return the words that a fresh Python process prints."""
    finished = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return finished.stdout.split()


def test_editing_a_shared_kernel_changes_the_next_process(tmp_path):
    """A cached caller of an edited kernel is compiled again, though its own file is unchanged."""
    shutil.copytree(PACKAGE, tmp_path / "corruptions", ignore=shutil.ignore_patterns("__pycache__"))
    shared = tmp_path / "corruptions" / "packed_pixels.py"
    cache = {"HZBENCH_CACHE": str(tmp_path / "cache")}
    first = run(START + CALLER_OF_A_SHARED_KERNEL, str(tmp_path), **cache)
    assert run(START + CALLER_OF_A_SHARED_KERNEL, str(tmp_path), **cache) == first
    changed = shared.read_text().replace("2 * size - 1 - place)", "2 * size - 2 - place)")
    assert changed != shared.read_text()
    shared.write_text(changed)
    second = run(START + CALLER_OF_A_SHARED_KERNEL, str(tmp_path), **cache)
    assert second[0] != first[0]
    assert second[1] != first[1]


def test_kernels_are_cached_between_processes(tmp_path):
    """The second process finds the compiled files of the first."""
    folder, _ = run(START + ONE_KERNEL, str(PACKAGE.parent), HZBENCH_CACHE=str(tmp_path))
    assert Path(folder).parent == tmp_path
    assert list(Path(folder).rglob("*.nbi"))


def test_everything_works_where_no_folder_is_writable(tmp_path):
    """Without a place for compiled files, kernels compile uncached, and the bytes are the same."""
    blocked = tmp_path / "a_file"
    blocked.write_text("not a folder")
    expected = run(START + ONE_KERNEL, str(PACKAGE.parent), HZBENCH_CACHE=str(tmp_path / "cache"))[1]
    nowhere = {name: str(blocked / "below") for name in ("HZBENCH_CACHE", "XDG_CACHE_HOME", "HOME")}
    assert run(START + ONE_KERNEL, str(PACKAGE.parent), **nowhere) == ["None", expected]


def test_a_cache_that_vanishes_after_the_import_costs_nothing(tmp_path):
    """The folder replaced by a file: the kernel compiles uncached and gives its bytes."""
    lose_it = "import shutil; shutil.rmtree(CACHE_FOLDER.parent); CACHE_FOLDER.parent.write_text('')\n"
    expected = run(START + ONE_KERNEL, str(PACKAGE.parent), HZBENCH_CACHE=str(tmp_path / "kept"))[1]
    lost = run(START + lose_it + ONE_KERNEL, str(PACKAGE.parent), HZBENCH_CACHE=str(tmp_path / "lost"))
    assert lost[1] == expected


def test_the_cache_is_named_after_source_compiler_and_cpu():
    """Sixteen hex digits, the same at every call."""
    assert compiled.kernels_digest() == compiled.kernels_digest()
    assert len(compiled.kernels_digest()) == 16


def test_importing_pulls_in_neither_torch_nor_the_benchmark():
    """The corruptions are useful on their own."""
    loaded = run(
        "import sys, hzbench.corruptions; print(*[name for name in sys.modules if "
        "name in ('torch', 'cv2', 'skimage', 'pandas', 'hzbench.benchmark')], 'end')"
    )
    assert loaded == ["end"]
