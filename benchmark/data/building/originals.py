"""originals.csv: from which file, and of which size, each picture of a built dataset was made.

It is no part of the digests: equal canonical pictures may come from files of any name and size.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from hzbench.benchmark.durable import write_text
from hzbench.benchmark.errors import DataError

ORIGINALS_NAME = "originals.csv"


class Original(NamedTuple):
    """Where a picture came from.

    Attributes:
        path: of the PNG, relative to the dataset's folder.
        file: name relative to the source.
        width: of the upright original, in pixels.
        height: the same.
    """

    path: str
    file: str
    width: int
    height: int


def write_originals(folder: Path, originals: Iterable[Original]) -> None:
    """Write originals.csv into a dataset's folder."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(Original._fields)
    writer.writerows(originals)
    write_text(folder / ORIGINALS_NAME, stream.getvalue())


def read_originals(folder: Path) -> dict[str, Original]:
    """Return {path: original} of a dataset; empty where it has no originals.csv, as rendered ones.

    Raises:
        DataError: the file is there and malformed; names the line.
    """
    file = folder / ORIGINALS_NAME
    if not file.is_file():
        return {}
    originals: dict[str, Original] = {}
    try:
        with file.open(encoding="utf-8", newline="") as stream:
            lines = csv.reader(stream, strict=True)
            if tuple(next(lines, ())) != Original._fields:
                raise DataError(f"{file}: expected the columns {','.join(Original._fields)}")
            for fields in lines:
                if len(fields) != len(Original._fields) or not (fields[2] + fields[3]).isdecimal():
                    raise DataError(f"{file}: line {lines.line_num}: expected a path, a file and two numbers")
                originals[fields[0]] = Original(fields[0], fields[1], int(fields[2]), int(fields[3]))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{file}: cannot be read ({error})") from error
    return originals
