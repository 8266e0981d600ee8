"""A form as Parquet: decoded by a process of its own, read here as text; and the empty form."""

from __future__ import annotations

import importlib.util
import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from hzbench.benchmark.errors import DataError, UsageError
from hzbench.benchmark.results.forms.layout import ANSWER, KEYS
from hzbench.benchmark.results.forms.table_rows import TableRows

_CHILD = "hzbench.benchmark.results.forms.parquet_child"
_PASSED_ON = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "HOME")
_KEPT = 4096  # bytes of the child's last words


def require_pyarrow(path: Path) -> None:
    """Refuse Parquet where pyarrow is not installed.

    Raises:
        UsageError: says how to install it.
    """
    if importlib.util.find_spec("pyarrow") is None:
        raise UsageError(f"{path}: Parquet needs pyarrow. Install it with: pip install 'hzbench[parquet]'")


@contextmanager
def parquet_rows(path: Path, classes: Sequence[str]) -> Iterator[TableRows]:
    """Open a Parquet file and yield its rows; the process that decodes it ends with the block.

    Raises:
        UsageError: pyarrow is not installed.
        DataError: the file is damaged, hostile or no Parquet.
    """
    require_pyarrow(path)
    with path.open("rb") as source, tempfile.TemporaryFile() as said:
        child = subprocess.Popen(
            [sys.executable, "-P", "-m", _CHILD, *KEYS, ANSWER, *classes],
            stdin=source,
            stdout=subprocess.PIPE,
            stderr=said,
            env={name: os.environ[name] for name in _PASSED_ON if name in os.environ}
            | {"ARROW_DEFAULT_MEMORY_POOL": "system", "OMP_NUM_THREADS": "1", "LANG": "C.UTF-8"},
            start_new_session=True,
        )
        assert child.stdout is not None  # it was asked for above
        try:
            with child.stdout, io.TextIOWrapper(child.stdout, encoding="utf-8", newline="") as stream:
                first = stream.read(1)
                if not first:
                    raise DataError(_failure(path, child, said.fileno()))
                yield TableRows(_Ahead(first, stream), classes, path, unit="row")
                if stream.read(1) or child.wait() != 0:
                    raise DataError(_failure(path, child, said.fileno()))
        finally:
            child.kill()
            child.wait()


class _Ahead:
    """Lines of a text stream of which one character was read already."""

    def __init__(self, first: str, rest: io.TextIOWrapper) -> None:
        self._first, self._rest = first, rest

    def readline(self, size: int = -1, /) -> str:
        first, self._first = self._first, ""
        return first if first == "\n" else first + self._rest.readline(size)


def _failure(path: Path, child: subprocess.Popen[bytes], said: int) -> str:
    """Return one line on why the child gave up."""
    code = child.wait()
    text = os.pread(said, _KEPT, max(os.fstat(said).st_size - _KEPT, 0)).decode("utf-8", "replace")
    lines = [line for line in text.splitlines() if line.strip()]
    why = lines[-1][:300] if lines else f"the decoder ended with exit code {code}"
    return f"{path}: not a readable Parquet table ({why})"


def write_parquet(path: Path, header: Sequence[str], rows: Iterator[tuple[str, str, str, int]]) -> int:
    """Write an empty form with null for every value, and return its number of rows."""
    require_pyarrow(path)
    import pyarrow as pa
    import pyarrow.parquet

    from hzbench.benchmark.durable import replacing

    columns = list(zip(*rows, strict=True))
    kind = pa.string() if header[-1] == ANSWER else pa.float32()
    arrays = [*(pa.array(column) for column in columns)]
    arrays += [pa.nulls(len(columns[0]), kind) for _ in header[len(KEYS) :]]
    with replacing(path) as stream:
        pyarrow.parquet.write_table(pa.table(arrays, names=list(header)), stream)
    return len(columns[0])
