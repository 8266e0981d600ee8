"""`--dtype bfloat16`: another number format, named in the signature, refused where it makes no sense."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hzbench.benchmark.errors import UsageError
from hzbench.benchmark.results.documents import predictions_path, read_predictions
from hzbench.benchmark.signature import explain
from hzbench.benchmark.workflows.evaluation import evaluate_model
from hzbench.benchmark.workflows.models import computed_in, find_model


def test_bfloat16_is_another_signature_and_another_set_of_cells(
    evaluate: Any, evaluated: Any, tmp_path: Path
) -> None:
    """Rows of both are not ranked together; a cell of one format is not taken for the other's."""
    coarse = evaluate(tmp_path / "coarse.json", dtype="bfloat16", extra_tests=(), limit=4)
    assert "|dtype:bf16|" in coarse.result.signature
    assert "number format of the model" in str(
        explain(coarse.result.signature.replace("|n:4|", "|n:8|"), evaluated.result.signature)
    )
    assert coarse.result.efficiency.macs == evaluated.result.efficiency.macs
    assert {flag.name for flag in coarse.result.flags} & {"nondeterminism", "batch_dependence"} == set()
    fine = read_predictions(predictions_path(evaluated.path)).predictions
    rough = read_predictions(predictions_path(coarse.path)).predictions
    places = [fine.digests.index(digest) for digest in rough.digests]
    assert not np.array_equal(fine.probabilities[:, places], rough.probabilities)


def test_an_unknown_number_format_lists_the_known_ones(small: Any, tmp_path: Path) -> None:
    """Before any work."""
    with pytest.raises(UsageError, match="Valid names: float32, bfloat16"):
        evaluate_model(str(small.checkpoint), data=str(small.data), dtype="bf16", out=tmp_path / "r.json")


def test_a_file_that_fixes_its_numbers_is_refused(small: Any, tmp_path: Path) -> None:
    """An ONNX graph, a program or predictions are as they are."""
    candidate = find_model(str(small.checkpoint))
    fixed = candidate._replace(checkpoint=candidate.checkpoint.__class__(Path("x"), "onnx", "0" * 64, 1))
    with pytest.raises(UsageError, match=r"--dtype bfloat16 changes those of a state_dict alone"):
        computed_in(fixed, "bfloat16")
    (tmp_path / "form.csv").write_text("digest,corruption,severity,answer\n")
    with pytest.raises(UsageError, match="leave --dtype out"):
        evaluate_model(str(tmp_path / "form.csv"), data=str(small.data), dtype="bfloat16")
