"""One small network in every style and format is admitted; `tox -e hostile` takes 57 networks."""

from __future__ import annotations

from pathlib import Path

import honest_models

from hzbench.benchmark.checkpoints.admission import admit


def test_every_style_and_format_of_a_small_network_is_admitted(tmp_path: Path) -> None:
    """No false refusal."""
    made = list(honest_models.files(tmp_path, ("mobilenet_v3_small",), every=True))
    assert len(made) == len(honest_models.STYLES) + len(honest_models.FORMATS)
    for file in made:
        assert admit(file.path).bytes > 0, file.title


def test_there_are_at_least_50_networks() -> None:
    """Of torchvision and timm."""
    assert len(set(honest_models.NETWORKS)) >= 50
