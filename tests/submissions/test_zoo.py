"""The zoo: the paper's 13 models by name."""

from __future__ import annotations

import pytest
import torch

from hzbench.benchmark.checkpoints import architectures
from hzbench.benchmark.errors import UsageError
from hzbench.submissions import zoo
from hzbench.submissions.zoo import ZOO, Ensemble


@pytest.mark.parametrize("name", ZOO)
def test_parameters_agree_with_the_printed_digit(name: str) -> None:
    """With four classes; Ensemble-M is printed as the sum of rounded parts, Ensemble-E of exact ones."""
    members = ZOO[name].members
    exact = zoo.measure(name).parameters / 1e6
    rounded = sum(round(zoo.measure(member).parameters / 1e6, 1) for member in members)
    assert ZOO[name].parameters in (round(exact, 1), round(rounded, 1))


@pytest.mark.parametrize("name", ZOO)
def test_macs_are_the_counted_ones(name: str) -> None:
    """Convolutions and linear layers at 224 pixels, to a part in two thousand."""
    assert zoo.measure(name).macs / 1e6 == pytest.approx(ZOO[name].macs, rel=5e-4)


def test_macs_follow_the_input_size() -> None:
    """A quarter of the pixels costs about a quarter, whatever the head."""
    assert zoo.measure("mobilenet_v3_small", 4, 112).macs < 0.3 * zoo.measure("mobilenet_v3_small").macs


@pytest.mark.parametrize("name", ["ensemble_m", "ensemble_e"])
def test_ensemble_is_built_of_its_named_members(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a head of four classes each."""
    built: list[tuple[str, int]] = []

    def record(member: str, classes: int, device: str = "cpu") -> torch.nn.Module:
        built.append((member, classes))
        return torch.nn.Linear(5, classes)

    monkeypatch.setattr(architectures, "build", record)
    network = zoo.build(name, 4)
    assert built == [(member, 4) for member in ZOO[name].members]
    assert network(torch.zeros(2, 5)).shape == (2, 4)


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


def test_stand_in_has_no_imagenet_weights() -> None:
    """Those of a network of other width are never taken for its own."""
    with pytest.raises(UsageError, match=r"'resnext101_standin', a stand-in: set pretrained = false"):
        zoo.build("resnext101_standin", 4, pretrained=True)
