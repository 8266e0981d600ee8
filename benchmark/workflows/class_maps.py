"""Shows which of a source's own names belong to which class, with counts where a folder is given."""

from __future__ import annotations

import textwrap
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hzbench.benchmark.errors import DataError
from hzbench.benchmark.workflows.sources import find_class_map, find_source

if TYPE_CHECKING:
    from hzbench.benchmark.data.sources.class_map import ClassMap

WIDTH = 100  # characters of a line


def describe_class_map(
    source: str, folder: Path | None = None, *, file: Path | None = None
) -> tuple[dict[str, Any], str]:
    """Return a source's class map as a document and as text, with counts where a folder is given.

    Args:
        source: the kind of source.
        folder: a place to count pictures in.
        file: a class map to show instead of the shipped one.

    Raises:
        UsageError: an unknown source.
        DataError: no class map, or nothing usable in the folder.
    """
    kind = find_source(source)
    class_map = find_class_map(source, file)
    if class_map is None:
        raise DataError(
            f"source {source} has no class map: its folders or labels are the classes. "
            "Give one with --class-map FILE"
        )
    counts: Counter[tuple[str, str]] | None = None
    left_out: Counter[str] = Counter()
    if folder is not None:
        listing = kind.read(folder, class_map)
        counts = Counter((item.label, item.sub_class) for item in listing.items)
        left_out = Counter(drop.reason for drop in listing.left_out)
    document: dict[str, Any] = class_map.model_dump(mode="json", by_alias=True) | {
        "digest": class_map.digest()
    }
    if counts is not None:
        document["counts"] = _nested(counts)
        document["left_out_counts"] = dict(sorted(left_out.items()))
    return document, _class_map_text(class_map, kind.obtain, counts, left_out)


def class_map_file(source: str, file: Path | None = None) -> str:
    """Return the text of a source's class map file, or of the given one, having checked it.

    Raises:
        UsageError: an unknown source.
        DataError: no class map, or none for this source.
    """
    from hzbench.benchmark.data.sources.class_map import FOLDER

    find_source(source)
    if find_class_map(source, file) is None:
        raise DataError(f"source {source} has no class map: its folders or labels are the classes")
    return (file or FOLDER / f"{source}.toml").read_text(encoding="utf-8")


def _nested(counts: Counter[tuple[str, str]]) -> dict[str, dict[str, int]]:
    nested: dict[str, dict[str, int]] = {}
    for (label, sub_class), count in sorted(counts.items()):
        nested.setdefault(label, {})[sub_class] = count
    return nested


def _class_map_text(
    class_map: ClassMap, obtain: str, counts: Counter[tuple[str, str]] | None, left_out: Counter[str]
) -> str:
    facts = {
        "source": f"{class_map.source}: {class_map.title}",
        "described at": class_map.url,
        "terms": class_map.terms,
        "to get it": obtain,
        "class rule": class_map.rule,
        "names": f"by {class_map.match}; one that is not listed: {class_map.unmapped.replace('_', ' ')}"
        + (
            f", save those with {', '.join(class_map.doubtful)}, which are left out"
            if class_map.doubtful
            else ""
        ),
        "class map": f"version {class_map.version}, digest {class_map.digest()}",
    }
    lines = []
    for key, value in facts.items():
        lines += textwrap.wrap(f"{key}: {value}", WIDTH, subsequent_indent="  ") if value else []
    lines.append("")
    width = max(map(len, (*class_map.classes, "left out"))) + 2
    for label, names in class_map.classes.items():
        if counts is None:
            entries = [*names]
        else:
            found = sorted((sub for which, sub in counts if which == label), key=str.casefold)
            entries = [f"{sub} ({counts[label, sub]})" for sub in found]
        if counts is None:
            total = "1 name" if len(names) == 1 else f"{len(names)} names"
        else:
            total = f"{sum(n for (which, _), n in counts.items() if which == label)} pictures"
        text = f"{total}: {', '.join(entries)}" if entries else total
        lines += textwrap.wrap(text, WIDTH, initial_indent=f"{label:<{width}}", subsequent_indent=" " * width)
    rest = [f"{name} ({why})" for name, why in class_map.left_out.items()]
    if counts is not None:
        rest = [f"{count} x {reason}" for reason, count in sorted(left_out.items())]
    if rest:
        lines += textwrap.wrap(
            ", ".join(rest), WIDTH, initial_indent=f"{'left out':<{width}}", subsequent_indent=" " * width
        )
    return "\n".join(lines)
