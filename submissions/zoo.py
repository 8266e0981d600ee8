"""The 13 models of the paper's Tables 2 and 4, by name. Source: Back et al. 2021, Table 2."""

from __future__ import annotations

import contextlib
import logging
import sys
from functools import lru_cache
from typing import NamedTuple

import torch
from torch import nn

from hzbench.benchmark.checkpoints import architectures
from hzbench.benchmark.checkpoints.architectures import resolve
from hzbench.benchmark.checkpoints.counting import count_macs
from hzbench.benchmark.checkpoints.known_networks import STAND_INS
from hzbench.benchmark.errors import CheckpointError, UsageError, closest


class ZooModel(NamedTuple):
    """One row.

    Attributes:
        title: as the paper prints it.
        parameters: printed, in millions.
        macs: multiply-accumulate operations of convolutions and linear layers at 224 px with 4 classes, in
            millions, counted anew: the paper's column is in units of 10 million except for AlexNet's row.
        printed_macs: as the paper prints it, in its own units.
        members: names of an ensemble's members.
    """

    title: str
    parameters: float
    macs: float
    printed_macs: int
    members: tuple[str, ...] = ()


ZOO: dict[str, ZooModel] = {
    "alexnet": ZooModel("AlexNet", 57.0, 710.1, 710),
    "vgg16": ZooModel("Vgg-16", 134.3, 15466, 1550),
    "inception_v3": ZooModel("InceptionV3", 21.8, 2836, 285),
    "resnet50": ZooModel("ResNet-50", 23.5, 4087, 412),
    "resnext101": ZooModel("ResNext-101", 86.8, 16412, 1651),
    "seresnext101": ZooModel("SEResNext-101", 46.9, 7973, 805),
    "densenet121": ZooModel("DenseNet-121", 7.0, 2833, 285),
    "efficientnet_b0": ZooModel("EfficientNet-b0", 4.0, 384.5, 40),
    "mnasnet": ZooModel("MNasNet", 3.1, 313.1, 33),
    "mobilenet_v2": ZooModel("MobileNetV2", 2.2, 299.5, 32),
    "mobilenet_v3_small": ZooModel("MobileNetV3-Small", 1.5, 55.5, 5),
    # Members are not printed: of all subsets of the eleven nets, these alone fit the printed figures.
    "ensemble_m": ZooModel(
        "Ensemble-M",
        142.2,
        27273,
        2746,
        ("resnext101", "seresnext101", "densenet121", "mobilenet_v3_small"),
    ),
    "ensemble_e": ZooModel(
        "Ensemble-E", 144.6, 27602, 2781, ("resnext101", "seresnext101", "densenet121", "efficientnet_b0")
    ),
}


class Cost(NamedTuple):
    """What a model costs: parameters, and multiply-accumulates of one picture."""

    parameters: int
    macs: int


@lru_cache(maxsize=64)
def measure(name: str, classes: int = 4, input_size: int = 224) -> Cost:
    """Count a model of the zoo without memory or weights; an ensemble costs what its members cost together.

    MACs are those of convolutions and linear layers, by torch's counter.
    """
    members = ZOO[name].members if name in ZOO else ()
    if members:
        costs = [measure(member, classes, input_size) for member in members]
        return Cost(sum(cost.parameters for cost in costs), sum(cost.macs for cost in costs))
    network = architectures.build(trainable(name), classes, device="meta").eval()
    macs, _ = count_macs(network, torch.empty(1, 3, input_size, input_size, device="meta"))
    if macs is None:
        raise UsageError(f"torch's counter cannot follow '{name}' at {input_size} pixels; try 224.")
    return Cost(sum(parameter.numel() for parameter in network.parameters()), macs)


class Ensemble(nn.Module):
    """The mean of the members' class probabilities, as logarithms, so that a softmax gives it back.

    How the paper combines its members is not printed.
    """

    def __init__(self, members: list[nn.Module]) -> None:
        """Hold the members; each maps (B, 3, H, W) to logits (B, classes)."""
        super().__init__()
        self.members = nn.ModuleList(members)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Return log mean softmax, shape (B, classes)."""
        probabilities = [torch.softmax(member(images), dim=1) for member in self.members]
        return torch.stack(probabilities).mean(dim=0).log()


def trainable(name: str) -> str:
    """Return the name of an architecture that can be trained, unchanged.

    Raises:
        UsageError: no such architecture, or an ensemble, whose members are trained one by one.
    """
    if name in ZOO and ZOO[name].members:
        raise UsageError(f"'{name}' is an ensemble: train its members {', '.join(ZOO[name].members)}.")
    try:
        resolve(name)
    except CheckpointError as error:
        raise UsageError(f"architecture: {error}") from error
    return name


def build(name: str, classes: int, *, pretrained: bool = False) -> nn.Module:
    """Return a model of the zoo, or any architecture that the benchmark knows, with a new head.

    Args:
        name: of the zoo, of torchvision or of timm.
        classes: outputs of the head.
        pretrained: start from ImageNet weights, downloaded; the head stays new.

    Raises:
        UsageError: no such name, or no ImageNet weights to be had.
    """
    if name in ZOO and ZOO[name].members:
        return Ensemble([build(member, classes, pretrained=pretrained) for member in ZOO[name].members])
    network = architectures.build(trainable(name), classes)
    if pretrained:
        _load_imagenet(network, name)
    return network


def _load_imagenet(network: nn.Module, name: str) -> None:
    """Copy torchvision's or timm's ImageNet weights, all but the head."""
    import timm
    import torchvision

    if name in STAND_INS:
        raise UsageError(f"there are no ImageNet weights of '{name}', a stand-in: set pretrained = false.")
    library, constructor = resolve(name)
    hub = logging.getLogger("huggingface_hub")
    hub_level = hub.level
    hub.setLevel(logging.ERROR)  # it reports each of its ten attempts; the error below says it once
    try:
        if library == "torchvision":
            weights = torchvision.models.get_model_weights(constructor)["IMAGENET1K_V1"]
            with contextlib.redirect_stdout(sys.stderr):  # it tells of the download where data belongs
                source = weights.get_state_dict(progress=False)
        else:
            source = timm.create_model(constructor, pretrained=True).state_dict()
    except KeyError as error:
        raise UsageError(f"there are no ImageNet weights of '{name}': set pretrained = false.") from error
    except (OSError, RuntimeError) as error:
        raise UsageError(
            f"the ImageNet weights of '{name}' could not be downloaded ({error}). "
            "Connect to a network, or set pretrained = false in the recipe."
        ) from error
    finally:
        hub.setLevel(hub_level)
    target = network.state_dict()
    fitting = {
        key: value for key, value in source.items() if key in target and value.shape == target[key].shape
    }
    network.load_state_dict({**target, **fitting})


def zoo_row(name: str) -> ZooModel:
    """Return a row by its name.

    Raises:
        UsageError: no such row; the closest name is given.
    """
    if name not in ZOO:
        raise UsageError(f"unknown model '{name}'.{closest(name, list(ZOO))}")
    return ZOO[name]
