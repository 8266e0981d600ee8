"""`hzbench evaluate` from a file on disk to a result on disk."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sklearn.metrics

from hzbench.benchmark.data.catalogue import resolve_dataset
from hzbench.benchmark.errors import CheckpointError, DataError, NotComparableError, UsageError
from hzbench.benchmark.results.documents import predictions_path, read_predictions
from hzbench.benchmark.workflows import evaluation
from hzbench.benchmark.workflows.evaluation import evaluate_model
from hzbench.benchmark.workflows.models import find_model
from hzbench.corruptions import CORRUPTIONS

Run = Callable[..., Any]


def test_the_result_names_the_model_the_data_and_the_suite(evaluated: Any, small: Any) -> None:
    """The architecture is recognised, the pictures are counted, the specification is named."""
    result = evaluated.result
    assert result.model.architecture == "mobilenet_v3_small"
    assert result.model.bytes == small.checkpoint.stat().st_size
    assert result.data.n == 8
    assert result.suite.corruptions == tuple(CORRUPTIONS)
    assert any("recognised" in note for note in evaluated.notes)
    data = resolve_dataset(small.data)
    assert f"|data:{data.label}@{data.split('test').digest[:8]}|n:8|ref:alexnet2@" in result.signature


def test_mce_recomputed_by_hand_from_cells_and_reference_equals_mce(evaluated: Any) -> None:
    """CE is a quotient of sums of five errors, mCE the mean of fifteen."""
    result = evaluated.result
    errors = {
        name: sum(cell.error for cell in result.cells if cell.corruption == name) for name in CORRUPTIONS
    }
    by_hand = [errors[name] / sum(result.reference.errors[name]) for name in CORRUPTIONS]
    assert result.mce == pytest.approx(sum(by_hand) / 15, rel=1e-12)
    assert result.corruption_error == pytest.approx(dict(zip(CORRUPTIONS, by_hand, strict=True)))


def test_metrics_equal_those_of_scikit_learn_on_the_stored_predictions(evaluated: Any) -> None:
    """Every number can be recomputed from the file beside the result."""
    stored = read_predictions(predictions_path(evaluated.path)).predictions
    for row, cell in enumerate([evaluated.result.clean, *evaluated.result.cells]):
        answers = stored.probabilities[row].argmax(axis=1)
        assert cell.acc == pytest.approx(sklearn.metrics.accuracy_score(stored.labels, answers))
        macro = sklearn.metrics.f1_score(stored.labels, answers, average="macro", zero_division=0)
        assert cell.f1 == pytest.approx(macro)
        kappa = sklearn.metrics.cohen_kappa_score(stored.labels, answers)
        assert cell.kappa == pytest.approx(kappa, nan_ok=True)
        area = sklearn.metrics.roc_auc_score(stored.labels == 1, stored.probabilities[row][:, 1])
        assert cell.auroc_hz == pytest.approx(area)


def test_the_cost_is_measured(evaluated: Any) -> None:
    """Parameters and MACs are the architecture's, the latency is positive and compared with AlexNet's."""
    cost = evaluated.result.efficiency
    assert cost.params == 1_521_956
    assert cost.macs / 1e6 == pytest.approx(55.5, abs=0.1)
    assert cost.macs_fvcore / 1e6 == pytest.approx(58.6, abs=0.1)
    assert 0 < cost.latency_ms.p50 <= cost.latency_ms.p90 <= cost.latency_ms.p99
    assert cost.latency_ratio > 0


def test_an_honest_checkpoint_raises_no_flag_of_behaviour(evaluated: Any) -> None:
    """Batches of other sizes and orders give the same answers."""
    assert {flag.name for flag in evaluated.result.flags} & {"batch_dependence", "nondeterminism"} == set()


@pytest.mark.parametrize("threads", [1, 2])
def test_evaluating_again_gives_the_same_document(
    evaluate: Run, evaluated: Any, tmp_path: Path, threads: int
) -> None:
    """Only environment, efficiency and time of day may differ, however many workers there were."""
    again = evaluate(tmp_path / "again.json", threads=threads)
    first, second = (
        one.model_dump(exclude={"environment", "efficiency", "created"})
        for one in (evaluated.result, again.result)
    )
    assert first == second
    files = [predictions_path(path).read_bytes() for path in (evaluated.path, again.path)]
    assert files[0] == files[1]


def test_a_limit_takes_the_same_share_of_each_class_and_cuts_the_reference(
    evaluate: Run, tmp_path: Path
) -> None:
    """Four pictures of eight: one of each class, and the signature says so."""
    result = evaluate(tmp_path / "four.json", limit=4).result
    assert result.data.n == 4
    assert set(result.data.counts.values()) == {1}
    assert "|n:4|" in result.signature
    assert result.mce is not None


def test_another_draw_changes_the_random_corruptions_alone(
    evaluate: Run, evaluated: Any, tmp_path: Path
) -> None:
    """The signature names the draw; deterministic cells keep their answers."""
    other = evaluate(tmp_path / "draw.json", draw=7)
    assert other.result.signature.endswith("|draw:7")
    before, after = (read_predictions(predictions_path(one.path)).predictions for one in (evaluated, other))
    rows = {name: slice(1 + 5 * i, 6 + 5 * i) for i, name in enumerate(CORRUPTIONS)}
    for name, one in CORRUPTIONS.items():
        same = np.array_equal(before.probabilities[rows[name]], after.probabilities[rows[name]])
        assert same != one.random, name


def test_without_a_reference_unnormalised_errors_are_given(evaluate: Run, small: Any, tmp_path: Path) -> None:
    """MCE is null, with the command that would supply it."""
    reference = small.data / "reference.json"
    aside = reference.rename(tmp_path / "aside.json")
    try:
        evaluated = evaluate(tmp_path / "none.json", limit=4)
    finally:
        aside.rename(reference)
    assert evaluated.result.mce is None
    assert evaluated.result.mce_unnormalised > 0
    assert any("hzbench reference build --data" in note for note in evaluated.notes)


def test_the_reference_of_another_dataset_is_refused(small: Any, tmp_path: Path) -> None:
    """Dividing by errors on other pictures would be a number without meaning."""
    text = (small.data / "reference.json").read_text()
    foreign = tmp_path / "foreign.json"
    foreign.write_text(text.replace(resolve_dataset(small.data).split("test").digest, "0" * 64))
    with pytest.raises(NotComparableError, match="hzbench reference build --data"):
        evaluate_model(
            str(small.checkpoint), data=str(small.data), reference=foreign, out=tmp_path / "x.json"
        )
    assert not (tmp_path / "x.json").exists()


def test_a_model_with_another_number_of_outputs_is_refused(small: Any, tmp_path: Path) -> None:
    """Three outputs cannot stand for four classes."""
    import torch

    from hzbench.benchmark.checkpoints.architectures import build

    torch.save(build("mobilenet_v3_small", 3).state_dict(), tmp_path / "three.pt")
    with pytest.raises(CheckpointError, match=r"3 outputs.*4 classes"):
        evaluate_model(str(tmp_path / "three.pt"), data=str(small.data), out=tmp_path / "x.json")
    assert not list(tmp_path.glob("x*"))


def test_a_damaged_picture_is_named_and_nothing_is_written(small: Any, tmp_path: Path) -> None:
    """The run stops at the picture, with the command that finds all others."""
    data = tmp_path / "data"
    shutil.copytree(small.data, data)
    path = data / resolve_dataset(data).split("test").paths[0]
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(DataError, match=path.name):
        evaluate_model(str(small.checkpoint), data=str(data), out=tmp_path / "x.json", threads=1)
    assert [path.name for path in tmp_path.glob("x*")] == ["x.json.run"]  # goes on once the picture is mended


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"device": "tpu"}, "cpu, cuda, mps"),
        ({"out": Path("x.txt")}, r"\.json"),
        ({"out": Path(__file__) / "deep" / "x.json"}, "no folder that can be written"),
    ],
)
def test_an_option_that_cannot_be_used_is_refused_before_any_work(
    small: Any, options: dict[str, Any], message: str
) -> None:
    """Each message says what is valid."""
    with pytest.raises(UsageError, match=message):
        evaluate_model(str(small.checkpoint), data=str(small.data), **options)


def test_a_folder_that_cannot_be_written_is_found_before_any_work(
    small: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The default place is checked too, and nothing is made there."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "access", lambda *_: False)  # as root, every folder can be written
    monkeypatch.setattr(evaluation, "open_for_scoring", None)  # calling it would be work
    for out in (None, tmp_path / "new" / "x.json"):
        with pytest.raises(UsageError, match="--out"):
            evaluate_model(str(small.checkpoint), data=str(small.data), out=out)
    assert list(tmp_path.iterdir()) == []


def test_a_file_name_that_is_no_text_is_shown_without_its_odd_bytes(small: Any, tmp_path: Path) -> None:
    """A document holds UTF-8 alone."""
    odd = Path(os.fsdecode(bytes(tmp_path) + b"/m\xffn.pt"))
    shutil.copy(small.checkpoint, odd)
    assert find_model(str(odd)).name == "m n"


def test_an_unknown_model_lists_the_shipped_ones() -> None:
    """A typo in a submission's name is not mistaken for a file."""
    with pytest.raises(CheckpointError, match="neither a checkpoint file nor the name"):
        evaluate_model("mobilenet_v3_smal-baseline")


def test_evaluating_the_real_photographs_works(openstax: Path, small: Any, tmp_path: Path) -> None:
    """38 photographs become a dataset and a result, without a reference."""
    from hzbench.benchmark.workflows.datasets import build_dataset_from

    build_dataset_from("folder", openstax, tmp_path / "data")
    result = evaluate_model(
        str(small.checkpoint), data=str(tmp_path / "data"), out=tmp_path / "r.json", latency=False
    ).result
    assert result.data.n >= 7
    assert result.mce is None
