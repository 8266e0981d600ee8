"""Names of networks: the paper's, narrow stand-ins for two of them, and those that are recognised."""

from __future__ import annotations

from typing import Any

PAPER_NETWORKS = {
    "alexnet": "torchvision/alexnet",
    "vgg16": "torchvision/vgg16",
    "inception_v3": "torchvision/inception_v3",
    "resnet50": "torchvision/resnet50",
    "resnext101": "torchvision/resnext101_32x8d",
    "seresnext101": "timm/seresnext101_32x4d",
    "densenet121": "torchvision/densenet121",
    "efficientnet_b0": "torchvision/efficientnet_b0",
    "mnasnet": "torchvision/mnasnet1_0",
    "mobilenet_v2": "torchvision/mobilenet_v2",
    "mobilenet_v3_small": "torchvision/mobilenet_v3_small",
}
"""The 11 single networks of the paper's Table 2 -> library and constructor."""

_HALF_WIDTH = {"channels": (32, 64, 128, 256), "stem_width": 32, "cardinality": 8, "base_width": 8}

STAND_INS: dict[str, tuple[str, dict[str, Any]]] = {
    "resnext101_standin": ("resnext50_32x4d", _HALF_WIDTH),
    "seresnext101_standin": ("seresnext50_32x4d", _HALF_WIDTH),
}
"""Narrow networks in the place of the paper's two largest where there is no GPU: 50 layers of half the width,
8 groups of 8 channels. Name -> timm's constructor and its options. No row of the paper's tables is one."""

# name, and how many tensors its state_dict has without batch counters: few networks share a number, so only
# those few are built and compared. Where torchvision's and timm's keys are the same, torchvision's stands.
RECOGNISED = {
    "alexnet": 16,
    "vgg16": 32,
    "inception_v3": 472,
    "resnet50": 267,
    "resnext101": 522,
    "seresnext101": 654,
    "densenet121": 606,
    "efficientnet_b0": 311,
    "mnasnet": 262,
    "mobilenet_v2": 262,
    "mobilenet_v3_small": 210,
    "resnext101_standin": 267,
    "seresnext101_standin": 331,
    "timm/vgg16": 32,
    "timm/legacy_seresnext101_32x4d": 654,
    "timm/efficientnet_b0": 311,
    "timm/mnasnet_100": 262,
    "timm/mobilenetv2_100": 262,
    "timm/mobilenetv3_small_100": 210,
    "timm/mobilenetv3_large_100": 266,
    "timm/seresnext50_32x4d": 331,
    "timm/efficientnet_b1": 439,
    "timm/convnext_tiny": 182,
    "vgg11": 22,
    "vgg13": 26,
    "vgg19": 38,
    "vgg16_bn": 84,
    "googlenet": 287,
    "resnet18": 102,
    "resnet34": 182,
    "resnet101": 522,
    "resnet152": 777,
    "resnext50_32x4d": 267,
    "wide_resnet50_2": 267,
    "densenet169": 846,
    "densenet201": 1006,
    "efficientnet_b1": 439,
    "efficientnet_b2": 439,
    "efficientnet_b3": 496,
    "efficientnet_b4": 610,
    "efficientnet_v2_s": 672,
    "mobilenet_v3_large": 266,
    "squeezenet1_1": 52,
    "shufflenet_v2_x1_0": 282,
    "convnext_tiny": 182,
}
