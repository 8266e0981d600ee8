"""He's random weights keep the signal's size through the layers."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from hzbench.submissions.training.initialisation import HEAD_STD, build_network, draw_he_weights
from hzbench.submissions.training.recipe import Recipe


def deep_network() -> nn.Sequential:
    """Eight linear layers with rectifiers and no normalisation."""
    hidden = [layer for _ in range(7) for layer in (nn.Linear(256, 256), nn.ReLU())]
    return nn.Sequential(*hidden, nn.Linear(256, 4))


def test_signal_keeps_its_size_through_the_layers() -> None:
    """The mean square behind the seventh layer is near the input's; with torch's weights it vanishes."""
    torch.manual_seed(0)
    network, inputs = deep_network(), torch.randn(64, 256)
    shrunk = float(network[:-1](inputs).detach().square().mean())
    draw_he_weights(network)
    kept = float(network[:-1](inputs).detach().square().mean())
    assert shrunk < 0.01
    assert 0.3 < kept < 3


def test_head_is_small_and_biases_are_zero() -> None:
    """The first answers are nearly uniform."""
    torch.manual_seed(0)
    network = deep_network()
    draw_he_weights(network)
    head = network[-1]
    assert isinstance(head, nn.Linear)
    assert float(head.weight.detach().std()) == pytest.approx(HEAD_STD, rel=0.1)
    assert all(not layer.bias.any() for layer in network if isinstance(layer, nn.Linear))


def test_recipe_sets_the_pace_of_batch_normalisation() -> None:
    """A short run needs faster running statistics than the network's own 0.01; without the key they stay."""
    table = {"name": "a", "architecture": "mobilenet_v3_small", "epochs": 1}
    for momentum, expected in ((0.1, {0.1}), (None, {0.01})):
        network = build_network(Recipe.model_validate(table | {"batch_norm_momentum": momentum}), 4)
        found = {layer.momentum for layer in network.modules() if isinstance(layer, nn.BatchNorm2d)}
        assert found == expected
