"""Datasets by name: rendered once, only what is needed, safely."""

from __future__ import annotations

import hashlib
import threading
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from hzbench.benchmark.data import catalogue
from hzbench.benchmark.data.building.writing import Description
from hzbench.benchmark.data.catalogue import data_option, list_datasets, resolve_dataset
from hzbench.benchmark.data.checking.verification import verify_dataset
from hzbench.benchmark.data.dataset import Dataset
from hzbench.benchmark.data.rendering import Renderer, rendered_dataset
from hzbench.benchmark.errors import DataError
from hzbench.corruptions.compiled import source_digest


class FakeRecord(NamedTuple):
    """One picture of the fake plan."""

    index: int
    label: str
    split: str
    group: str
    skin_type: str
    condition: str = ""


class FakeSynth:
    """A renderer of 40 flat pictures that counts what it renders."""

    def __init__(self) -> None:
        """Plan 20 train, 8 validation and 12 test pictures, train first."""
        self.rendered: list[int] = []
        self.stop_after: int | None = None
        self.mark = "code 1"
        splits = ["train"] * 20 + ["val"] * 8 + ["test"] * 12
        self.plan = [
            FakeRecord(k, ("acne", "other")[k % 2], split, f"person-{k // 2}", "IV")
            for k, split in enumerate(splits)
        ]

    def render(self, index: int) -> np.ndarray:
        """Render one picture; fail when told to."""
        if self.stop_after is not None and len(self.rendered) >= self.stop_after:
            raise KeyboardInterrupt
        self.rendered.append(index)
        seed = int.from_bytes(hashlib.sha256(f"{self.mark}{index}".encode()).digest()[:4], "big")
        colour = np.random.default_rng(seed).integers(0, 256, 3, dtype=np.uint8)
        return np.broadcast_to(colour, (224, 224, 3)).copy()

    def renderer(self) -> Renderer:
        """What the catalogue is given."""
        description = Description("sdhz-synth", "0", ("acne", "other"), "acne", synthetic=True, notice="fake")
        return Renderer(description, self.plan, self.render, self.mark)


@pytest.fixture
def synth(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FakeSynth:
    """A fake embedded dataset and an empty cache."""
    fake = FakeSynth()
    monkeypatch.setenv("HZBENCH_CACHE", str(tmp_path / "cache"))
    monkeypatch.setitem(catalogue.EMBEDDED, "sdhz-synth", fake.renderer)
    return fake


def test_only_the_split_that_is_needed_is_rendered(synth: FakeSynth, tmp_path: Path) -> None:
    """12 pictures for the test split, with progress; the root digest waits for the rest."""
    steps: list[tuple[str, int, int]] = []
    dataset = resolve_dataset("sdhz-synth", progress=lambda *step: steps.append(step))
    assert sorted(synth.rendered) == list(range(28, 40))
    assert steps[-1] == ("rendering sdhz-synth", 12, 12)
    assert list(dataset.splits) == ["test"]
    assert dataset.root_digest is None
    assert dataset.root == tmp_path / "cache" / "datasets" / "sdhz-synth-0"
    assert dataset.synthetic
    assert dataset.split("test").skin_types == ("IV",) * 12
    assert verify_dataset(dataset) == []


def test_nothing_is_rendered_twice(synth: FakeSynth) -> None:
    """The second call opens what is there; further splits are added."""
    test = resolve_dataset("sdhz-synth").split("test").digest
    resolve_dataset("sdhz-synth-0", ("test",))
    assert len(synth.rendered) == 12
    dataset = resolve_dataset("sdhz-synth", ("train", "val", "test"))
    assert sorted(synth.rendered) == list(range(40))
    assert list(dataset.splits) == ["train", "val", "test"]
    assert dataset.split("test").digest == test
    assert dataset.root_digest is not None
    assert verify_dataset(dataset) == []


def test_the_order_of_rendering_does_not_matter(synth: FakeSynth, tmp_path: Path) -> None:
    """Split by split, or all at once: the same documents."""
    for split in ("test", "train", "val"):
        one = rendered_dataset(synth.renderer(), tmp_path / "one", [split])
    two = rendered_dataset(synth.renderer(), tmp_path / "two", ["train", "val", "test"], workers=1)
    assert one.document == two.document
    assert one.rows == two.rows


def test_an_interrupted_rendering_is_taken_up(synth: FakeSynth) -> None:
    """What was rendered before the interrupt is not rendered again."""
    synth.stop_after = 5
    with pytest.raises(KeyboardInterrupt):
        resolve_dataset("sdhz-synth")
    assert list_datasets()[0].rendered == {}
    synth.stop_after = None
    dataset = resolve_dataset("sdhz-synth")
    assert len(synth.rendered) == 12
    assert verify_dataset(dataset) == []


def test_a_half_written_picture_is_rendered_again(synth: FakeSynth) -> None:
    """A torn file is not taken for a picture."""
    dataset = resolve_dataset("sdhz-synth")
    file = dataset.root / dataset.split("test").paths[3]
    file.write_bytes(file.read_bytes()[:40])
    (dataset.root / "dataset.json").unlink()
    assert verify_dataset(resolve_dataset("sdhz-synth")) == []
    assert len(synth.rendered) == 13


def test_two_runs_at_once_render_once(synth: FakeSynth) -> None:
    """The second waits, says so, and finds the pictures."""
    stages: set[str] = set()
    found: list[Dataset] = []

    def run() -> None:
        found.append(resolve_dataset("sdhz-synth", progress=lambda stage, done, total: stages.add(stage)))

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(found) == 3
    assert len(synth.rendered) == 12
    assert len({dataset.split("test").digest for dataset in found}) == 1
    assert stages <= {"rendering sdhz-synth", "waiting for another process that renders"}


def test_pictures_of_other_code_are_rendered_anew(synth: FakeSynth) -> None:
    """And what else lies in the folder stays."""
    dataset = resolve_dataset("sdhz-synth", ("val", "test"))
    (dataset.root / "reference.json").write_text("{}", encoding="utf-8")
    synth.mark = "code 2"
    again = resolve_dataset("sdhz-synth", ("test",))
    assert again.split("test").digest != dataset.split("test").digest
    assert list(again.splits) == ["test"]
    assert verify_dataset(again) == []
    assert (dataset.root / "reference.json").exists()


def test_the_mark_follows_the_code(tmp_path: Path) -> None:
    """Any changed byte of a file changes it; a cache does not."""
    (tmp_path / "a.py").write_text("1", encoding="utf-8")
    before = source_digest(tmp_path)
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "a.pyc").write_bytes(b"x")
    assert source_digest(tmp_path) == before
    (tmp_path / "a.py").write_text("2", encoding="utf-8")
    assert source_digest(tmp_path) != before


def test_the_list_says_what_is_there(synth: FakeSynth) -> None:
    """Before and after the first use."""
    assert list_datasets()[0].rendered == {}
    resolve_dataset("sdhz-synth", ("val",))
    entry = list_datasets()[0]
    assert (entry.label, entry.pictures, entry.rendered) == ("sdhz-synth-0", 40, {"val": 8})
    assert entry.notice == "fake"


def test_an_additional_test_set_is_rendered_on_demand(synth: FakeSynth) -> None:
    """It is not missed before, its pictures have a condition, and the root digest does without it."""
    synth.plan += [FakeRecord(k, "acne", "hz-w", f"person-{k}", "II", "dim/far") for k in range(40, 44)]
    whole = resolve_dataset("sdhz-synth", ("train", "val", "test"))
    assert whole.root_digest is not None
    assert whole.extra_tests == ()
    entry = list_datasets()[0]
    assert (entry.pictures, entry.extra_tests) == (40, ("hz-w",))
    more = resolve_dataset("sdhz-synth", ("hz-w",))
    assert more.root_digest == whole.root_digest
    assert more.split("hz-w").conditions == ("dim/far",) * 4


def test_pictures_that_are_not_those_of_a_frozen_version_are_refused(
    synth: FakeSynth, tmp_path: Path
) -> None:
    """The message names the split and both digests."""
    right = resolve_dataset("sdhz-synth", ("val",)).split("val").digest
    frozen = synth.renderer()._replace(digests={"val": right, "test": "0" * 64})
    assert rendered_dataset(frozen, tmp_path / "other", ("val",)).split("val").digest == right
    with pytest.raises(DataError, match=r"split 'test' rendered here has the digest .* not 000000000000"):
        rendered_dataset(frozen, tmp_path / "other", ("test",))


def test_a_folder_is_a_dataset_too(tiny: Dataset) -> None:
    """By path, with the splits that are asked for."""
    assert resolve_dataset(str(tiny.root), ("train", "test")).label == tiny.label
    with pytest.raises(DataError, match="no split 'gate'"):
        resolve_dataset(tiny.root, ("gate",))


def test_a_next_command_names_a_dataset_so_that_it_works(synth: FakeSynth, tiny: Dataset) -> None:
    """By its folder; an embedded one by name, since its folder may lack splits that the name renders."""
    assert data_option(tiny) == str(tiny.root)
    dataset = resolve_dataset("sdhz-synth", ("test",))
    assert data_option(dataset) == "sdhz-synth"
    assert "train" in resolve_dataset(data_option(dataset), ("train",)).splits


@pytest.mark.parametrize("name", ["sdhz-synht", "sdhz-synth-7", "nothing/here"])
def test_an_unknown_name_lists_the_known_ones(synth: FakeSynth, name: str) -> None:
    """With the closest match."""
    with pytest.raises(DataError, match=r"neither a dataset's name nor a folder.*Valid names: sdhz-synth"):
        resolve_dataset(name)


def test_a_split_that_is_not_planned_is_refused(synth: FakeSynth) -> None:
    """Before anything is rendered."""
    with pytest.raises(DataError, match="sdhz-synth-0 has no split 'gate'; it has train, val, test"):
        resolve_dataset("sdhz-synth", ("gate",))
    assert synth.rendered == []


def test_a_cache_that_cannot_be_written_is_one_line(
    synth: FakeSynth, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It names the variable that moves the cache."""
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("HZBENCH_CACHE", str(tmp_path / "file"))
    with pytest.raises(DataError, match="set HZBENCH_CACHE"):
        resolve_dataset("sdhz-synth")


def test_the_embedded_set_is_planned_as_described() -> None:
    """2,400 pictures of the standard classes, as many to gate, 900 of HZ-W; splitting is by person."""
    renderer = catalogue.sdhz_synth()
    counts = Counter(record.split for record in renderer.plan)
    assert counts == {"train": 1680, "val": 240, "test": 480, "gate": 2400, "hz-w": 900}
    assert {record.label for record in renderer.plan} == set(renderer.description.classes)
    splits: dict[str, set[str]] = {}
    for record in renderer.plan:
        splits.setdefault(record.group, set()).add(record.split)
    assert all(len(found) == 1 for found in splits.values())
