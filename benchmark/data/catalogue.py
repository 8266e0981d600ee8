"""Datasets by name: the embedded ones, rendered on first use, and every folder that holds a dataset."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from hzbench.benchmark.data.building.writing import Description
from hzbench.benchmark.data.dataset import (
    STANDARD_CLASSES,
    STANDARD_FOCUS_CLASS,
    SYNTHETIC_NOTICE,
    Dataset,
    open_dataset,
    read_document,
)
from hzbench.benchmark.data.index import is_extra_test
from hzbench.benchmark.data.rendering import Renderer, rendered_dataset
from hzbench.benchmark.durable import Progress, cache_folder
from hzbench.benchmark.errors import DataError, closest
from hzbench.corruptions.compiled import source_digest


def sdhz_synth() -> Renderer:
    """Return the embedded default, described in the `synth` package."""
    from hzbench.benchmark.data import synth

    description = Description(
        name="sdhz-synth",
        version=synth.VERSION,
        classes=STANDARD_CLASSES,
        focus_class=STANDARD_FOCUS_CLASS,
        licence="Apache-2.0; rendered by hzbench, no photograph of a person is in it",
        synthetic=True,
        notice=SYNTHETIC_NOTICE,
        decoder="none: rendered",
    )
    plan = (*synth.plan(), *synth.extra_plan())
    return Renderer(
        description,
        plan,
        synth.render_picture,
        source_digest(Path(synth.__file__).parent),
        synth.SPLIT_DIGESTS.get(synth.VERSION, {}),
    )


EMBEDDED: dict[str, Callable[[], Renderer]] = {"sdhz-synth": sdhz_synth}


class DatasetEntry(NamedTuple):
    """A dataset that has a name.

    Attributes:
        name: what `--data` takes.
        label: name and version.
        folder: where it is, or will be, on disk.
        pictures: how many it has when complete, without its additional test sets.
        extra_tests: names of its additional test sets.
        rendered: how many of each split are there now.
        notice: what must stand beside its numbers.
    """

    name: str
    label: str
    folder: Path
    pictures: int
    extra_tests: tuple[str, ...]
    rendered: dict[str, int]
    notice: str


def dataset_folder(name: str) -> Path:
    """Return where an embedded dataset lies in the cache."""
    description = EMBEDDED[name]().description
    return cache_folder() / "datasets" / f"{description.name}-{description.version}"


def is_embedded(text: str) -> bool:
    """Return whether `text` names an embedded dataset, with or without its version."""
    return _embedded_name(text) is not None


def _embedded_name(text: str) -> str | None:
    """Return the name without a version; None for a folder, or for a version that is not here."""
    for name, make in EMBEDDED.items():
        if text == name or (text.startswith(f"{name}-") and text == f"{name}-{make().description.version}"):
            return name
    return None


def data_option(dataset: Dataset) -> str:
    """Return what `--data` takes for a dataset: its folder, or an embedded one's name (which renders)."""
    name = _embedded_name(dataset.label)
    return str(dataset.root) if name is None or dataset.root != dataset_folder(name) else name


def list_datasets() -> list[DatasetEntry]:
    """Return the embedded datasets, and what of them is in the cache."""
    entries = []
    for name, make in EMBEDDED.items():
        renderer = make()
        description = renderer.description
        folder = dataset_folder(name)
        try:
            counts = read_document(folder).counts
        except DataError:
            counts = {}
        entries.append(
            DatasetEntry(
                name=name,
                label=f"{description.name}-{description.version}",
                folder=folder,
                pictures=sum(not is_extra_test(record.split) for record in renderer.plan),
                extra_tests=tuple(
                    dict.fromkeys(record.split for record in renderer.plan if is_extra_test(record.split))
                ),
                rendered={split: sum(numbers.values()) for split, numbers in counts.items()},
                notice=description.notice,
            )
        )
    return entries


def resolve_dataset(
    name_or_folder: str | Path, splits: Sequence[str] = ("test",), progress: Progress | None = None
) -> Dataset:
    """Return the dataset of that name, or in that folder, with at least the given splits.

    Args:
        name_or_folder: `sdhz-synth` (also with its version, `sdhz-synth-0`), or the path of a dataset. A name
            wins over a folder that is called the same; `./sdhz-synth` means the folder.
        splits: what is needed; of an embedded dataset what is missing is rendered first.
        progress: called while pictures are rendered.

    Raises:
        DataError: neither a name nor a dataset, or a split that it does not have.
    """
    text = str(name_or_folder)
    if isinstance(name_or_folder, str) and (name := _embedded_name(text)) is not None:
        return rendered_dataset(EMBEDDED[name](), dataset_folder(name), splits, progress=progress)
    folder = Path(text).expanduser()
    if not folder.exists():
        raise DataError(f"{text}: neither a dataset's name nor a folder.{closest(text, list(EMBEDDED))}")
    dataset = open_dataset(folder)
    for split in splits:
        dataset.split(split)
    return dataset
