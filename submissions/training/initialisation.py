"""Random weights to start from, where a network's own are too small to learn in a short run.

Source: He et al. 2015, "Delving deep into rectifiers", section 2.2. torch's default for convolutions and
linear layers has a sixth of that variance, so that without batch normalisation the signal shrinks with every
layer.
"""

from __future__ import annotations

from torch import nn

HEAD_STD = 0.01  # of the last layer: the first answers are then nearly uniform. Source: AlexNet's own


def draw_he_weights(network: nn.Module) -> None:
    """Draw convolutions and linear layers anew from torch's global generator, biases 0; the rest stays.

    Args:
        network: with rectifiers behind its layers; its last layer in order is the head.
    """
    layers = [layer for layer in network.modules() if isinstance(layer, (nn.Conv2d, nn.Linear))]
    for layer in layers:
        nn.init.kaiming_normal_(layer.weight, mode="fan_in", nonlinearity="relu")
        if layer.bias is not None:
            nn.init.zeros_(layer.bias)
    nn.init.normal_(layers[-1].weight, std=HEAD_STD)
