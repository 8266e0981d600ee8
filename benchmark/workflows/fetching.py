"""`hzbench data fetch`: downloads a public source when it is asked to."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from hzbench.benchmark.durable import Progress
from hzbench.benchmark.errors import DataError, UsageError
from hzbench.benchmark.workflows.sources import find_source

BUCKET = "dx-scin-public-data"
SCIN_URL = f"https://storage.googleapis.com/{BUCKET}"
TABLES = ("dataset/scin_cases.csv", "dataset/scin_labels.csv")


def fetch_source(
    source: str,
    out: Path,
    *,
    url: str | None = None,
    connections: int = 8,
    pause_s: float = 1.0,
    progress: Progress | None = None,
) -> list[str]:
    """Fetch SCIN into a folder and return what was done, line by line.

    Args:
        source: `scin`; the others are not open to be fetched.
        out: the folder; `dataset/...` comes below it, as in the bucket.
        url: of a copy of the bucket.
        connections: files fetched at once.
        pause_s: before a second attempt, in seconds.
        progress: called after each file.

    Raises:
        UsageError: another source; says how to come by it.
        DataError: the server cannot be reached, or a file could not be fetched; says how to go on.
    """
    from hzbench.benchmark.data.fetching.downloading import UnreachableError
    from hzbench.benchmark.data.fetching.fetching import MANIFEST_NAME, fetch_files
    from hzbench.benchmark.data.sources.class_map import shipped_class_map
    from hzbench.benchmark.data.sources.scin import picture_names

    kind = find_source(source)
    if source != "scin":
        raise UsageError(f"{source} cannot be fetched: {kind.obtain}")
    address = (url or SCIN_URL).rstrip("/")
    if not address.startswith(("http://", "https://")):
        raise UsageError(f"--url {url}: expected an address that starts with https:// or http://")

    def get(names: Sequence[str]) -> list[tuple[str, ...]]:
        return list(
            fetch_files(
                names,
                out,
                source=source,
                url=address,
                connections=connections,
                pause_s=pause_s,
                progress=progress,
            )
        )

    try:
        tables = get(TABLES)
        if tables[3]:
            raise DataError(f"{address}: has no {tables[3][0]}; expected a copy of the bucket {BUCKET}")
        pictures = get(picture_names(out / TABLES[0]))
    except UnreachableError as error:
        raise UnreachableError(f"{error}. {by_other_means(out)}") from error
    fetched, kept, again, absent, unchecked = (
        first + second for first, second in zip(tables, pictures, strict=True)
    )
    lines = [
        f"{out}: {len(fetched) + len(kept) + len(again)} files of SCIN: {len(fetched)} fetched, "
        f"{len(kept)} already there and unchanged, {len(again)} damaged and fetched again; "
        f"recorded in {MANIFEST_NAME}"
    ]
    lines += [f"damaged, fetched again: {name}" for name in again[:20]]
    lines += [f"not in the bucket: {name}" for name in absent[:20]]
    if len(absent) > 20:
        lines.append(f"not in the bucket: {len(absent) - 20} more, all in {MANIFEST_NAME}")
    terms = shipped_class_map(source)
    lines.append(f"terms: {terms.terms} ({terms.url})")
    if unchecked:
        lines.append(f"not checked, since the server states no sum: {len(unchecked)} files")
    return lines


def by_other_means(out: Path) -> str:
    """Return how to fetch SCIN on another machine and where to put it, as one line."""
    return (
        f"On a machine with a connection run `gcloud storage cp -r gs://{BUCKET}/dataset {out}/` (or "
        f"`gsutil -m cp -r gs://{BUCKET}/dataset {out}/`, or `curl -O {SCIN_URL}/{TABLES[0]}` and so on for "
        f"each file) and bring the folder here, so that {out}/{TABLES[0]} is there; then run: "
        f"hzbench data build scin {out} --out D"
    )
