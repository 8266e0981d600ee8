"""Compile the renderer's kernels, cached in a folder named by a digest of every file of the renderer.

`hzbench.corruptions.compiled.kernel` names its folder by the corruptions' files alone; the renderer's own
folder lies inside that one, so a change of either, of numba or of the CPU starts afresh.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from hzbench.corruptions import compiled as corruptions_compiled
from hzbench.corruptions.compiled import compile_in, source_digest

Function = TypeVar("Function", bound=Callable[..., Any])


def _cache_folder() -> Path | None:
    """Return the renderer's cache folder, made if absent, or None where nothing is writable."""
    if corruptions_compiled.CACHE_FOLDER is None:
        return None
    folder = corruptions_compiled.CACHE_FOLDER / f"synth-{source_digest(Path(__file__).parent)[:16]}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return folder


CACHE_FOLDER = _cache_folder()


def kernel(function: Function) -> Function:
    """Compile `function` as the corruptions' kernels are, with the renderer's cache.

    Args:
        function: loops over numpy arrays and scalars only.
    """
    return compile_in(CACHE_FOLDER, function)
