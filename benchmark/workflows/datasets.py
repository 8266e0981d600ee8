"""Commands about datasets: build, list, describe, check, draw, clear the cache."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from hzbench.benchmark.durable import Progress, cache_folder
from hzbench.benchmark.errors import UsageError, VerificationError, closest

if TYPE_CHECKING:
    from hzbench.benchmark.data.dataset import Split
    from hzbench.benchmark.workflows.sources import SourceOptions

FRAMINGS = ("crop", "pad")
NAMED_PROBLEMS = 20  # how many problems an error names before it counts the rest


def build_dataset_from(
    source: str,
    directory: Path,
    out: Path,
    *,
    name: str | None = None,
    focus_class: str | None = None,
    framing: str | None = None,
    licence: str = "",
    options: SourceOptions | None = None,
    near_duplicates: int = 72,
    reviews: Sequence[Path] = (),
    extra_tests: Sequence[str] = (),
    strict: bool = False,
    force: bool = False,
    progress: Progress | None = None,
) -> str:
    """Build a dataset of photographs and return the report as text, and for a suite what to note down.

    Raises:
        UsageError: an unknown source, suite or framing, or options that do not go together.
        DataError: nothing usable at `directory`, `out` is in the way, a review that cannot be read, or
            something unresolved in a strict build.
    """
    from hzbench.benchmark.data.building.building import build_dataset
    from hzbench.benchmark.data.building.extra_tests import read_extra_test
    from hzbench.benchmark.data.dataset import read_document
    from hzbench.benchmark.workflows.sources import BuildOptions, SourceOptions, choose, for_the_record

    require_framing(framing or "crop")
    settled = BuildOptions(name, focus_class, framing, near_duplicates, tuple(reviews))
    chosen = choose(source, directory, options or SourceOptions(), settled)
    report = build_dataset(
        chosen.listing,
        out,
        name=chosen.name,
        version=chosen.version,
        focus_class=chosen.focus_class,
        framing="pad" if chosen.framing == "pad" else "crop",
        licence=licence or chosen.terms,
        threshold=near_duplicates,
        reviews=reviews,
        extra_tests=[read_extra_test(text) for text in extra_tests],
        strict=strict,
        force=force,
        progress=progress,
    )
    lines = report.lines()
    if chosen.suite is not None:
        lines.append(for_the_record(chosen.suite, read_document(out), out))
    return "\n".join(lines)


def describe_datasets() -> str:
    """Return the datasets that have a name, one a line, and the kinds of source a build reads."""
    from hzbench.benchmark.data.catalogue import list_datasets
    from hzbench.benchmark.data.sources import SOURCES

    lines = []
    for entry in list_datasets():
        there = ", ".join(f"{split} {count}" for split, count in entry.rendered.items()) or "nothing yet"
        lines.append(f"{entry.name}: {entry.label}, {entry.pictures} pictures; rendered: {there}")
        if entry.extra_tests:
            lines.append(f"  additional test sets, rendered on demand: {', '.join(entry.extra_tests)}")
        lines.append(f"  {entry.folder}")
        if entry.notice:
            lines.append(f"  {entry.notice}")
    lines.append(
        "Any folder that `hzbench data build SOURCE DIRECTORY --out FOLDER` made is a dataset too. Sources:"
    )
    lines += [f"  {key}: {source.title}" for key, source in SOURCES.items()]
    return "\n".join(lines)


def describe_dataset(name: str, *, progress: Progress | None = None) -> str:
    """Return a dataset's counts, digests, framing, decoder and licence as text."""
    from hzbench.benchmark.data.catalogue import resolve_dataset

    dataset = resolve_dataset(name, ("test",), progress)
    document, counts = dataset.document, dataset.counts()
    width = max(len("class"), *(len(one) for one in dataset.classes))
    columns = {split: max(8, len(split) + 2) for split in counts}
    table = ["".join([f"{'class':<{width}}", *(f"{split:>{columns[split]}}" for split in counts)])]
    for one in dataset.classes:
        mark = "  <- focus class" if one == dataset.focus_class else ""
        numbers = (f"{counts[split][one]:>{columns[split]}}" for split in counts)
        table.append("".join([f"{one:<{width}}", *numbers]) + mark)
    facts = {
        "dataset": dataset.label,
        "folder": str(dataset.root),
        "root digest": dataset.root_digest or "not yet: some splits are still to be rendered",
        **{f"{split} digest": digest for split, digest in document.split_digests.items()},
        **{f"{split} conditions": _conditions(dataset.split(split)) for split in dataset.extra_tests},
        "canonical": f"version {document.canonical}, framing {document.framing}",
        "decoder": document.decoder,
        "licence": document.licence or "not stated",
        "notice": dataset.notice,
    }
    return "\n".join([*table, *(f"{key}: {value}" for key, value in facts.items() if value)])


def _conditions(split: Split) -> str:
    counted = Counter(one for one in split.conditions if one)
    return ", ".join(f"{one} {count}" for one, count in counted.items())


def check_dataset(name: str, *, progress: Progress | None = None) -> str:
    """Recompute a dataset's digests, making an embedded dataset first where it is absent.

    Returns:
        One line for a dataset without problems.

    Raises:
        VerificationError: names the files that differ.
    """
    from hzbench.benchmark.data.catalogue import is_embedded, resolve_dataset
    from hzbench.benchmark.data.checking.verification import verify_dataset
    from hzbench.benchmark.data.dataset import open_dataset

    if is_embedded(name):
        root = resolve_dataset(name, ("train", "val", "test"), progress).root
    else:
        root = Path(name).expanduser()
    problems = verify_dataset(root, progress=progress)
    if problems:
        raise VerificationError(list_of_problems(str(root), problems))
    dataset = open_dataset(root)
    return (
        f"{dataset.label}: {len(dataset.rows)} pictures are what their index says; "
        f"root digest {dataset.root_digest}"
    )


def draw_examples(
    name: str, out: Path, *, split: str = "test", per_class: int = 4, progress: Progress | None = None
) -> None:
    """Draw a sheet of examples into a PNG file: of each class, or where there are any of each condition."""
    from hzbench.benchmark.data.catalogue import resolve_dataset
    from hzbench.benchmark.data.drawing.condition_sheet import condition_sheet
    from hzbench.benchmark.data.drawing.sheets import examples_sheet, save_sheet

    dataset = resolve_dataset(name, (split,), progress)
    if any(dataset.split(split).conditions):
        save_sheet(condition_sheet(dataset, split, per_condition=per_class), out)
    else:
        save_sheet(examples_sheet(dataset, split=split, per_class=per_class), out)


def clear_cache() -> str:
    """Delete the cache folder's own subfolders and say how much was freed."""
    folder = cache_folder()
    freed = 0
    for part in sorted(folder.iterdir()) if folder.is_dir() else ():
        if part.is_dir() and not part.is_symlink() and part.name.startswith(("cells", "datasets", "kernels")):
            freed += sum(file.stat().st_size for file in part.rglob("*") if file.is_file())
            shutil.rmtree(part)
    return f"{folder}: {freed / 2**20:.0f} MiB deleted"


def require_framing(framing: str) -> None:
    """Refuse a framing that is neither `crop` nor `pad` with UsageError."""
    if framing not in FRAMINGS:
        raise UsageError(f"unknown framing {framing!r}.{closest(framing, list(FRAMINGS))}")


def list_of_problems(what: str, problems: Sequence[str]) -> str:
    """Return problems as the text of one error: the first twenty are named, the rest counted."""
    shown = "; ".join(problems[:NAMED_PROBLEMS])
    more = f"; and {len(problems) - NAMED_PROBLEMS} more" if len(problems) > NAMED_PROBLEMS else ""
    return f"{what}: {len(problems)} differ: {shown}{more}"
