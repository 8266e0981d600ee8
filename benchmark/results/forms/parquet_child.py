"""`python -m ...parquet_child COLUMN...`: a Parquet file on stdin becomes CSV on stdout, in bounded memory.

A process of its own, because a stranger's file is decoded by native code: it has no labels, and what the file
unpacks to meets a limit here rather than the memory of the machine.
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

MEMORY_LIMIT = 2 << 30  # bytes beyond what the libraries take
CPU_LIMIT_S = 600
FILE_LIMIT = 1 << 20  # bytes that may be written to any one file: there is nothing to write
ROWS = 16384  # decoded at once


def main(columns: list[str]) -> int:
    """Write the header and the rows; return the exit code, with the reason on stderr."""
    import pyarrow as pa
    import pyarrow.csv
    import pyarrow.parquet

    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    _limit()
    try:
        file = pyarrow.parquet.ParquetFile(pa.PythonFile(sys.stdin.buffer, mode="r"), pre_buffer=False)
        wanted = [field for field in file.schema_arrow if field.name in columns]
        schema = pa.schema([pa.field(field.name, _plain(field.type)) for field in wanted])
        if len(set(schema.names)) != len(schema.names):
            raise ValueError("a column is there twice")
        with pyarrow.csv.CSVWriter(pa.PythonFile(sys.stdout.buffer, mode="w"), schema) as writer:
            for batch in file.iter_batches(ROWS, columns=schema.names, use_threads=False):
                arrays = [batch.column(field.name).cast(field.type) for field in schema]
                writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=schema))
    except (pa.ArrowException, ValueError, TypeError, KeyError, OSError, MemoryError, OverflowError) as error:
        text = " ".join(str(error).split())[:300]
        sys.stderr.write(f"{type(error).__name__}: {text}\n")
        return 1
    return 0


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_LIMIT_S, CPU_LIMIT_S))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_LIMIT, FILE_LIMIT))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    statistics = Path("/proc/self/statm")
    if statistics.is_file():
        mapped = int(statistics.read_text(encoding="ascii").split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (mapped + MEMORY_LIMIT, mapped + MEMORY_LIMIT))


def _plain(kind: pa.DataType) -> pa.DataType:
    """Return the type that is written: numbers as they are, all else as text."""
    import pyarrow as pa

    if pa.types.is_float16(kind):
        return pa.float32()
    return kind if pa.types.is_floating(kind) or pa.types.is_integer(kind) else pa.string()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
