"""The network that a recipe starts from.

Source of the random weights: He et al. 2015, "Delving deep into rectifiers", section 2.2. torch's default for
convolutions and linear layers has a sixth of that variance, so that without batch normalisation the signal
shrinks with every layer.
"""

from __future__ import annotations

from torch import nn

from hzbench.submissions import zoo
from hzbench.submissions.training.recipe import Recipe

HEAD_STD = 0.01  # of the last layer: the first answers are then nearly uniform. Source: AlexNet's own


def build_network(recipe: Recipe, classes: int) -> nn.Module:
    """Return the recipe's network as it is before the first step, drawn from torch's global generator.

    Args:
        recipe: names the architecture, the weights to start from and the pace of batch normalisation.
        classes: outputs.

    Raises:
        UsageError: no such architecture, or no ImageNet weights to be had.
    """
    network = zoo.build(recipe.architecture, classes, pretrained=recipe.pretrained)
    if recipe.random_weights == "he" and not recipe.pretrained:
        draw_he_weights(network)
    if recipe.batch_norm_momentum is not None:
        for layer in network.modules():
            if isinstance(layer, nn.modules.batchnorm._BatchNorm):
                layer.momentum = recipe.batch_norm_momentum
    return network


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
