"""Compile kernels with numba, cached in a folder whose name changes with everything they are made from.

numba's own cache looks at one source file, so it serves stale code when a kernel in another file changes, and
it fails where no folder is writable. Here the cache folder's name carries a digest of every Python file of
`hzbench.corruptions`, numba's version and the CPU's name; where nothing is writable, kernels are compiled
without a cache.
"""

import hashlib
import os
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from pickle import UnpicklingError
from typing import Any, TypeVar, cast

import numba
import platformdirs
from llvmlite import binding  # type: ignore[import-untyped]  # llvmlite publishes no types

Function = TypeVar("Function", bound=Callable[..., Any])

config: Any = numba.config

_LOCK = threading.Lock()  # numba.config.CACHE_DIR is one variable of the whole process


def source_digest(package: Path) -> str:
    """Return 64 hex digits that name every Python file under the folder `package`, and what is in it."""
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        source = path.read_bytes()
        digest.update(f"{path.relative_to(package).as_posix()} {len(source)}\n".encode())
        digest.update(source)
    return digest.hexdigest()


def kernels_digest() -> str:
    """Return 16 hex digits that name the source of all kernels, the compiler and the CPU."""
    cpu = config.CPU_NAME or binding.get_host_cpu_name()
    named = f"{source_digest(Path(__file__).parent)} numba {numba.__version__} {cpu}"
    return hashlib.sha256(named.encode()).hexdigest()[:16]


def _writable_cache_folder() -> Path | None:
    """Return the folder for compiled kernels, made if absent, or None where it can't be written."""
    root = os.environ.get("HZBENCH_CACHE") or platformdirs.user_cache_dir("hzbench", appauthor=False)
    try:
        folder = Path(root).expanduser() / f"kernels-{kernels_digest()}"
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:
        return None


CACHE_FOLDER = _writable_cache_folder()


def kernel(function: Function) -> Function:
    """Compile `function` for CPUs: no GIL, no fast mathematics, no fused or reordered float operations.

    With NUMBA_DISABLE_JIT=1 the plain Python function is returned; it must compute the same bytes.

    Args:
        function: loops over numpy arrays and scalars only.
    """
    return compile_in(CACHE_FOLDER, function)


def compile_in(folder: Path | None, function: Function) -> Function:
    """Compile `function` as `kernel` does, cached in `folder`; None compiles without a cache."""
    if folder is not None:
        with _LOCK:
            before = config.CACHE_DIR
            config.CACHE_DIR = str(folder)  # read by numba while the decorator runs
            try:
                compiled = _compile(function, cache=True)
                _forgive_lost_folder(compiled)
                return compiled
            except (OSError, RuntimeError):  # numba found no way to cache: for example, source in a zip file
                return _compile(function, cache=False)
            finally:
                config.CACHE_DIR = before
    return _compile(function, cache=False)


def _forgive_lost_folder(compiled: Any) -> None:
    """Let a kernel work on, uncached, when the folder fills up, vanishes or is damaged after the import."""
    cache = getattr(compiled, "_cache", None)  # numba's own; absent where it is switched off
    for name in ("load_overload", "save_overload"):
        method = getattr(cache, name, None)
        if method is not None:
            setattr(cache, name, _none_on_failure(method))


def _none_on_failure(method: Callable[..., Any]) -> Callable[..., Any]:
    def forgiving(*arguments: Any) -> Any:
        try:
            return method(*arguments)
        except (OSError, EOFError, UnpicklingError):  # unwritable, full, or damaged files
            return None

    return forgiving


def _compile(function: Function, cache: bool) -> Function:
    decorate: Any = numba.njit(nogil=True, fastmath=False, error_model="numpy", cache=cache)
    return cast(Function, decorate(function))
