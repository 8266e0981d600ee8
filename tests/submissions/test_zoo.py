"""The zoo: the paper's 13 models by name."""

from __future__ import annotations

import pytest
import torch

from hzbench.benchmark.checkpoints import architectures
from hzbench.benchmark.errors import UsageError
from hzbench.submissions import zoo
from hzbench.submissions.zoo import ZOO, Ensemble


def millions_of_parameters(name: str) -> float:
    """Count without memory, on torch's meta device."""
    if ZOO[name].members:
        return sum(millions_of_parameters(member) for member in ZOO[name].members)
    network = architectures.build(name, 4, device="meta")
    return sum(parameter.numel() for parameter in network.parameters()) / 1e6


@pytest.mark.parametrize("name", ZOO)
def test_parameters_agree_with_the_printed_digit(name: str) -> None:
    """With a head of four classes; ensembles are the sums of their members."""
    assert millions_of_parameters(name) == pytest.approx(ZOO[name].parameters, abs=0.0551)


@pytest.mark.parametrize("name", [name for name in ZOO if ZOO[name].members])
def test_ensemble_macs_are_the_sum_of_its_members(name: str) -> None:
    """The table's own arithmetic."""
    assert ZOO[name].macs == pytest.approx(sum(ZOO[member].macs for member in ZOO[name].members), abs=1)


def test_ensemble_answers_with_the_mean_of_the_members_probabilities() -> None:
    """A softmax over its output gives that mean back."""
    torch.manual_seed(0)
    members = [torch.nn.Linear(5, 3) for _ in range(3)]
    inputs = torch.randn(4, 5)
    expected = torch.stack([member(inputs).softmax(dim=1) for member in members]).mean(dim=0)
    torch.testing.assert_close(Ensemble(list(members))(inputs).softmax(dim=1), expected)


def test_single_model_is_built_with_the_asked_for_head() -> None:
    """A name of the zoo becomes a network."""
    network = zoo.build("mobilenet_v3_small", 5).eval()
    assert network(torch.zeros(1, 3, 64, 64)).shape == (1, 5)


@pytest.mark.parametrize("name", ["alexnt", "ensemble_e"])
def test_untrainable_name_is_refused(name: str) -> None:
    """A misspelt name, and an ensemble."""
    with pytest.raises(UsageError, match=r"alexnet|train its members resnext101"):
        zoo.trainable(name)


def test_unknown_row_gives_the_closest_name() -> None:
    """Rows of the tables are asked for by name."""
    with pytest.raises(UsageError, match="Did you mean 'resnet50'"):
        zoo.zoo_row("resnet-50")


def test_imagenet_weights_without_a_network_are_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """A failed download says so and names the recipe's key."""

    def refuse(*arguments: object, **options: object) -> None:
        raise OSError("Network is unreachable")

    monkeypatch.setattr(torch.hub, "load_state_dict_from_url", refuse)
    monkeypatch.setattr("torchvision.models._api.load_state_dict_from_url", refuse)
    with pytest.raises(
        UsageError, match=r"'mobilenet_v3_small' could not be downloaded .*pretrained = false"
    ):
        zoo.build("mobilenet_v3_small", 4, pretrained=True)
