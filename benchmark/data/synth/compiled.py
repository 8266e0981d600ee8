"""Compile the renderer's kernels, cached in a folder named by a digest of every file of the renderer.

`hzbench.corruptions.compiled.kernel` names its folder by the corruptions' files alone; the renderer's own
folder lies inside that one, so a change of either, of numba or of the CPU starts afresh.
"""

import hashlib
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numba

from hzbench.corruptions import compiled as corruptions_compiled

Function = TypeVar("Function", bound=Callable[..., Any])

_LOCK = threading.Lock()  # numba.config.CACHE_DIR is one variable of the whole process


def renderer_digest() -> str:
    """Return 16 hex digits that name the source of the renderer."""
    package = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        source = path.read_bytes()
        digest.update(f"{path.relative_to(package).as_posix()} {len(source)}\n".encode())
        digest.update(source)
    return digest.hexdigest()[:16]


def _cache_folder() -> Path | None:
    """Return the renderer's cache folder, made if absent, or None where nothing is writable."""
    if corruptions_compiled.CACHE_FOLDER is None:
        return None
    folder = corruptions_compiled.CACHE_FOLDER / f"synth-{renderer_digest()}"
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
    config: Any = numba.config
    decorate: Any = numba.njit(
        nogil=True, fastmath=False, error_model="numpy", cache=CACHE_FOLDER is not None
    )
    with _LOCK:
        before = config.CACHE_DIR
        try:
            if CACHE_FOLDER is not None:
                config.CACHE_DIR = str(CACHE_FOLDER)  # read by numba while the decorator runs
            compiled: Function = decorate(function)
        finally:
            config.CACHE_DIR = before
    return compiled
