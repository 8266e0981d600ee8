"""A form as NumPy arrays: 76 x pictures x classes, and beside each array the digests of its pictures.

`form.npy` holds the test pictures in all cells, clean first, then the corruptions in published order, each at
severities 1 to 5; line i of `form.digests.txt` is the pixel digest of picture i. `form.val.npy` with
`form.val.digests.txt` holds the clean validation pictures, shape (pictures, classes), and so does
`form.<name>.npy` an additional test set. An array of whole numbers in place of probabilities (one axis less)
holds the answered classes.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from hzbench.benchmark.durable import write_text
from hzbench.benchmark.errors import DataError
from hzbench.benchmark.results.forms.filling import TEMPLATE, check_probabilities
from hzbench.benchmark.results.forms.layout import (
    SIZE_LIMIT,
    Asked,
    Filled,
    Pictures,
    Values,
    beside,
    one_hot,
)
from hzbench.benchmark.scoring.cells import ALL_CELLS

DIGESTS = "digests.txt"
_READERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}
_DIGEST_LINE = 65  # characters of a digest and the end of its line


def write_digests(path: Path, asked: Asked) -> int:
    """Write the lists of digests beside where the arrays go; return the number of rows asked for."""
    rows = 0
    for suffix, pictures, cells in _parts(asked):
        write_text(beside(path, f"{suffix}{DIGESTS}"), "".join(f"{one}\n" for one in pictures.digests))
        rows += cells * len(pictures.digests)
    return rows


def read_arrays(path: Path, asked: Asked) -> Filled:
    """Read arrays and their digests, one cell after the other.

    Raises:
        DataError: an array of another shape or type, pictures that are missing, unknown or twice, or values
            that are no probabilities.
    """
    answers_only = _header(path)[2].kind in "iu"
    found: dict[str, Values] = {}
    for suffix, pictures, cells in _parts(asked):
        file = path if not suffix else beside(path, f"{suffix}npy")
        if file == path or file.is_file():
            found[suffix.rstrip(".")] = _read_part(file, pictures, cells, asked.classes, answers_only)
    test = found.pop("")
    return Filled(test, {name: values[0] for name, values in found.items()}, answers_only)


def _parts(asked: Asked) -> list[tuple[str, Pictures, int]]:
    """Return (what stands before the file's ending, pictures, cells) of each array."""
    return [
        ("", asked.test, len(ALL_CELLS)),
        *((f"{name}.", pictures, 1) for name, pictures in asked.clean.items()),
    ]


def _read_part(
    path: Path, pictures: Pictures, cells: int, classes: Sequence[str], answers_only: bool
) -> Values:
    """Return one array in index order, shape (cells, n, C)."""
    n = len(pictures.digests)
    order = _order(beside(path, DIGESTS), pictures, path)
    offset, (shape, fortran), dtype = _header(path)
    expected = (*((cells,) if cells > 1 else ()), n, *(() if answers_only else (len(classes),)))
    if shape != expected or (dtype.kind in "iu") != answers_only or dtype.kind not in "fiu":
        what = "whole numbers (classes)" if answers_only else "float32 probabilities"
        raise DataError(f"{path}: {dtype} of shape {shape}; expected {what} of shape {expected}. {TEMPLATE}")
    if path.stat().st_size != offset + dtype.itemsize * int(np.prod(shape)):
        raise DataError(f"{path}: the file is cut short, or longer than its array")
    mapped: npt.NDArray[np.generic] = np.memmap(
        path, dtype, mode="r", offset=offset, shape=shape, order="F" if fortran else "C"
    )
    table = np.empty((cells, n, len(classes)), dtype=np.float32)
    for cell in range(cells):
        values = np.asarray(mapped[cell] if cells > 1 else mapped)
        names = _Names(ALL_CELLS[cell].title)
        if answers_only:
            if values.size and not 0 <= int(values.min()) <= int(values.max()) < len(classes):
                raise DataError(f"{path}: {names[0]}: a class number is not 0 to {len(classes) - 1}")
            values = one_hot(values.astype(np.int64), classes)
        else:
            check_probabilities(values, names, path)
        table[cell, order] = values
    return table


class _Names(Sequence[str]):
    """The name of each row of a cell, made when an error asks for it."""

    def __init__(self, title: str) -> None:
        self._title = title

    def __getitem__(self, row: int) -> str:  # type: ignore[override]  # rows are asked for one by one
        return f"{self._title}, picture {int(row)}"

    def __len__(self) -> int:
        return 0


def _order(path: Path, pictures: Pictures, array: Path) -> npt.NDArray[np.int64]:
    """Return the position of each listed picture."""
    if not path.is_file():
        raise DataError(f"{array}: needs {path.name} beside it, the pixel digest of each picture. {TEMPLATE}")
    numbers = {digest: number for number, digest in enumerate(pictures.digests)}
    limit = (_DIGEST_LINE + 1) * len(numbers) + 1
    with path.open("rb") as stream:
        listed = stream.read(limit + 1).decode("ascii", "replace").split()
    order = []
    for line, digest in enumerate(listed, 1):
        if digest not in numbers:
            raise DataError(f"{path}: line {line}: the dataset has no picture {digest[:80]!r} there")
        order.append(numbers.pop(digest, -1))
    if numbers or len(order) != len(pictures.digests):
        raise DataError(f"{path}: {len(order)} digests; expected each of {len(pictures.digests)} once")
    return np.array(order, dtype=np.int64)


def _header(path: Path) -> tuple[int, tuple[tuple[int, ...], bool], np.dtype[np.generic]]:
    """Return (where the data begin, (shape, column order), type) without reading the data or any object."""
    if not path.is_file() or path.stat().st_size > SIZE_LIMIT:
        raise DataError(f"{path}: no such file, or larger than {SIZE_LIMIT >> 30} GiB")
    try:
        with path.open("rb") as stream:
            version = np.lib.format.read_magic(stream)
            if version not in _READERS:
                raise ValueError(f"version {version[0]}.{version[1]}")
            shape, fortran, dtype = _READERS[version](stream)
            offset = stream.tell()
    except Exception as cause:
        raise DataError(
            f"{path}: not a readable .npy array ({' '.join(str(cause).split())[:160]})"
        ) from cause
    if dtype.hasobject or dtype.itemsize > os.sysconf("SC_PAGE_SIZE") or any(size < 0 for size in shape):
        raise DataError(f"{path}: an array of {dtype}; expected float32 probabilities")
    return offset, (shape, fortran), dtype
