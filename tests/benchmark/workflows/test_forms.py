"""A model that cannot leave home: its predictions, in any form, give the numbers that the model gives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from hzbench.benchmark.checkpoints.submission import FILE_NAME
from hzbench.benchmark.cli.app import app
from hzbench.benchmark.errors import DataError, UsageError
from hzbench.benchmark.results.documents import predictions_path, read_predictions, read_result
from hzbench.benchmark.scoring.cells import ALL_CELLS
from hzbench.benchmark.scoring.predictions import Predictions, answers
from hzbench.benchmark.workflows.evaluation import evaluate_model
from hzbench.benchmark.workflows.forms import write_template
from hzbench.benchmark.workflows.scoring import score_predictions

NOT_FROM_PREDICTIONS = {
    "model",
    "efficiency",
    "preflight",
    "undefined",
    "flags",
    "environment",
    "created",
}
FORMS = ("form.csv", "form.parquet", "form.npy")


def fill(form: Path, stored: Predictions) -> None:
    """Fill in a template of any kind with stored predictions."""
    if form.suffix == ".npy":
        np.save(form, stored.probabilities)
        np.save(form.with_name("form.val.npy"), stored.validation_probabilities)
        for extra in stored.extra_tests:
            np.save(form.with_name(f"form.{extra.name}.npy"), extra.probabilities)
        return
    rows = [*stored.probabilities.reshape(-1, 4)]
    assert stored.validation_probabilities is not None
    rows += [*stored.validation_probabilities]  # a template lists pictures in index order
    for extra in stored.extra_tests:
        rows += [*extra.probabilities]
    csv = form.suffix == ".csv"
    table = pd.read_csv(form, dtype={"digest": str}) if csv else pd.read_parquet(form)
    table[list(stored.classes)] = np.array(rows)
    table = table.sample(frac=1, random_state=0)
    if csv:
        table.to_csv(form, index=False)
    else:
        table.to_parquet(form)


@pytest.fixture(scope="module")
def direct(evaluate: Any, extended: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The evaluation of the model itself, with an additional test set."""
    return evaluate(tmp_path_factory.mktemp("direct") / "direct.json", data=str(extended))


@pytest.mark.parametrize("name", FORMS)
def test_a_form_gives_the_numbers_of_the_direct_evaluation(
    direct: Any, extended: Path, tmp_path: Path, name: str
) -> None:
    """All of them: cells, mCE, intervals, operating point, additional test set, digests, signature."""
    form = tmp_path / name
    assert f"hzbench evaluate {form}" in write_template(form, data=str(extended))
    fill(form, read_predictions(predictions_path(direct.path)).predictions)
    evaluated = evaluate_model(str(form), data=str(extended), out=tmp_path / "out" / "form.json")
    first, second = (
        one.model_dump(exclude=NOT_FROM_PREDICTIONS) for one in (direct.result, evaluated.result)
    )
    assert first == second
    assert read_result(evaluated.path) == evaluated.result
    assert (evaluated.result.model.name, evaluated.result.model.format) == ("form", "predictions")


def test_a_form_says_that_the_model_was_not_run(direct: Any, extended: Path, tmp_path: Path) -> None:
    """As a flag, and as the reason why nothing is known of its cost."""
    form = tmp_path / "form.csv"
    write_template(form, data=str(extended))
    fill(form, read_predictions(predictions_path(direct.path)).predictions)
    result = score_predictions(form, data=str(extended)).result
    assert "predictions_given" in {flag.name for flag in result.flags}
    assert result.efficiency.params is None
    assert result.undefined["efficiency"] == "predictions were given, the model was not run"


def test_a_submission_folder_may_hold_predictions(direct: Any, small: Any, tmp_path: Path) -> None:
    """Its name is the declared one."""
    folder = tmp_path / "submission"
    folder.mkdir()
    write_template(folder / "form.npy", data=str(small.data))
    fill(folder / "form.npy", read_predictions(predictions_path(direct.path)).predictions)
    (folder / FILE_NAME).write_text('[model]\nname = "our-net"\nweights = "form.npy"\n')
    result = evaluate_model(str(folder), data=str(small.data), out=tmp_path / "r.json").result
    assert result.model.name == "our-net"
    assert result.mce == direct.result.mce


def test_classes_alone_give_errors_but_no_numbers_of_confidence(
    evaluated: Any, small: Any, tmp_path: Path
) -> None:
    """MCE is the same; AUROC, calibration and operating point are null, with the reason."""
    form = tmp_path / "form.csv"
    write_template(form, data=str(small.data), answers=True)
    table = pd.read_csv(form, dtype={"digest": str, "answer": str})
    stored = read_predictions(predictions_path(evaluated.path)).predictions
    assert stored.validation_probabilities is not None
    numbers = [*answers(stored.probabilities).ravel(), *answers(stored.validation_probabilities)]
    table["answer"] = [stored.classes[number] for number in numbers]
    table.to_csv(form, index=False)
    scored = score_predictions(form, data=str(small.data))
    result = read_result(scored.path)
    assert result.mce == evaluated.result.mce
    assert [cell.kappa for cell in result.cells] == [cell.kappa for cell in evaluated.result.cells]
    assert (result.clean.auroc, result.clean.ece, result.cells[3].nll, result.operating_point) == (None,) * 4
    assert "classes alone" in result.undefined["clean.auroc"]
    assert "classes alone" in result.undefined["mean_sensitivity_hz"]
    again = read_predictions(predictions_path(scored.path)).predictions
    assert again.answers_only
    assert again.digest == result.predictions.digest


def test_a_form_of_fewer_pictures_is_asked_for_and_read_alike(
    direct: Any, extended: Path, tmp_path: Path
) -> None:
    """The option chooses the pictures, as for a model."""
    form = tmp_path / "form.npy"
    assert "shape (76, 4, 4)" in write_template(form, data=str(extended), limit=4, extra_tests=())
    stored = read_predictions(predictions_path(direct.path)).predictions
    chosen = [stored.digests.index(one) for one in form.with_name("form.digests.txt").read_text().split()]
    np.save(form, stored.probabilities[:, chosen])
    out = tmp_path / "r.json"
    result = evaluate_model(str(form), data=str(extended), limit=4, extra_tests=(), out=out).result
    assert (result.data.n, result.data.limit) == (4, 4)
    wrong = answers(stored.probabilities[:, chosen]) != stored.labels[chosen]
    assert [cell.error for cell in result.cells] == [row.mean() for row in wrong[1:]]
    with pytest.raises(DataError, match="4 digests; expected each of 8 once"):
        evaluate_model(str(form), data=str(extended), out=out)


def test_an_empty_form_is_refused_at_its_first_row(small: Any, tmp_path: Path) -> None:
    """Nothing is scored as if it were answered."""
    write_template(tmp_path / "form.csv", data=str(small.data))
    with pytest.raises(DataError, match="line 2: not filled in"):
        score_predictions(tmp_path / "form.csv", data=str(small.data))
    assert [path.name for path in tmp_path.iterdir()] == ["form.csv"]


def test_a_form_is_never_written_over(small: Any, tmp_path: Path) -> None:
    """It may hold a day's work; and a name that could not be scored later is refused now."""
    (tmp_path / "form.csv").write_text("filled in")
    with pytest.raises(UsageError, match="there already"):
        write_template(tmp_path / "form.csv", data=str(small.data))
    with pytest.raises(UsageError, match=r"\.csv, \.parquet, \.npy"):
        write_template(tmp_path / "form.txt", data=str(small.data))
    assert (tmp_path / "form.csv").read_text() == "filled in"


def test_the_commands_write_and_score_a_form(small: Any, evaluated: Any, tmp_path: Path) -> None:
    """Template, then `hzbench evaluate FORM`: the flag stands under the tables."""
    form = tmp_path / "form.npy"
    runner = CliRunner()
    written = runner.invoke(app, ["score", "--template", str(form), "--data", str(small.data)])
    assert written.exit_code == 0, written.output
    assert f"Save {form}: float32 probabilities, shape (76, 8, 4)" in written.output
    assert len(form.with_name("form.digests.txt").read_text().split()) == 8
    fill(form, read_predictions(predictions_path(evaluated.path)).predictions)
    arguments = ["evaluate", str(form), "--data", str(small.data), "--out", str(tmp_path / "r.json")]
    scored = runner.invoke(app, arguments)
    assert scored.exit_code == 0, scored.output
    assert "FLAG predictions_given: predictions were given, the model was not run" in scored.output


def test_an_array_lists_the_cells_in_the_order_that_is_documented() -> None:
    """Clean first, then the corruptions in published order."""
    assert [cell.title for cell in ALL_CELLS[:3]] == ["clean", "gaussian_noise 1", "gaussian_noise 2"]
