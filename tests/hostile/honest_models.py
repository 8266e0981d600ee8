"""Honest models as people really save them: each network as weights in one style, and whole in one format.

Random weights do: what is checked is that nothing honest is refused.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import safetensors.torch
import torch

from hzbench.benchmark.checkpoints.architectures import build

TORCHVISION = (
    *(
        "alexnet",
        "vgg11",
        "resnet18",
        "resnext50_32x4d",
        "densenet121",
        "efficientnet_b0",
        "efficientnet_v2_s",
    ),
    *(
        "mobilenet_v2",
        "mobilenet_v3_small",
        "shufflenet_v2_x0_5",
        "squeezenet1_0",
        "googlenet",
        "inception_v3",
    ),
    *("convnext_tiny", "vit_b_16", "swin_t", "swin_v2_t", "maxvit_t", "regnet_y_400mf", "mnasnet0_5"),
)
TIMM = (
    *("seresnext26d_32x4d", "efficientnet_lite0", "tf_efficientnet_b0", "ghostnet_050", "mobilevit_xxs"),
    *(
        "deit_tiny_patch16_224",
        "resnet10t",
        "hrnet_w18_small",
        "repvgg_a0",
        "convnextv2_atto",
        "poolformer_s12",
    ),
    *("coat_lite_tiny", "levit_128s", "mixer_s32_224", "resmlp_12_224", "fastvit_t8", "edgenext_xx_small"),
    *("efficientvit_b0", "mobileone_s0", "tinynet_e", "lcnet_050", "gernet_s", "eca_nfnet_l0", "skresnet18"),
    *("res2net50_14w_8s", "vovnet39a", "cait_xxs24_224", "twins_svt_small", "pit_ti_224", "visformer_tiny"),
    *("rexnet_100", "dla34", "focalnet_tiny_srf", "davit_tiny", "starnet_s1", "repvit_m0_9", "xception41"),
)
NETWORKS = (*TORCHVISION, *(f"timm/{name}" for name in TIMM))


class HonestFile(NamedTuple):
    """One file: what it is, where it lies, and the network that it holds."""

    title: str
    path: Path
    architecture: str


def files(folder: Path, networks: tuple[str, ...] = NETWORKS, whole: bool = True) -> Iterator[HonestFile]:
    """Write honest files one after the other; each may be deleted once it was looked at.

    Args:
        folder: where they are written.
        networks: names of torchvision, or of timm behind `timm/`.
        whole: write each network as a whole too, which takes most of the time.
    """
    styles, formats = list(STYLES), list(FORMATS)
    for count, name in enumerate(networks):
        torch.manual_seed(count)
        model = build(name, 4).eval()
        for style in [styles[count % len(styles)]]:
            ending = ".safetensors" if style == "safetensors" else ".pt"
            path = folder / f"{name.replace('/', '-')}-{style}{ending}"
            path.write_bytes(STYLES[style](dict(model.state_dict())))
            yield HonestFile(f"{name}, {style}", path, name)
        for form in [formats[count % len(formats)]] if whole else []:
            path = folder / f"{name.replace('/', '-')}-{form}.bin"
            size = 299 if name == "inception_v3" else 224
            pictures = torch.zeros(2, 3, size, size)
            with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
                warnings.simplefilter("ignore")
                try:
                    data = FORMATS[form](model, pictures)
                except (
                    RuntimeError,
                    NotImplementedError,
                ):  # some networks cannot be scripted: traced instead
                    data = trace(model, pictures)
            path.write_bytes(data)
            yield HonestFile(f"{name}, {form}", path, name)


def _bytes(content: Any, legacy: bool = False) -> bytes:
    stream = io.BytesIO()
    torch.save(content, stream, _use_new_zipfile_serialization=not legacy)
    return stream.getvalue()


Weights = dict[str, torch.Tensor]


def with_optimiser(weights: Weights) -> bytes:
    """A whole training checkpoint: weights, Adam's state of one step, schedule, epoch and options."""
    parameters = [
        torch.nn.Parameter(value.clone()) for value in weights.values() if value.is_floating_point()
    ]
    optimiser = torch.optim.AdamW(parameters[:8])
    for parameter in parameters[:8]:
        parameter.grad = torch.ones_like(parameter)
    optimiser.step()
    schedule = torch.optim.lr_scheduler.MultiStepLR(optimiser, [3, 5])
    beside = {"scheduler": schedule.state_dict(), "epoch": 7, "best_acc1": torch.tensor(0.5)}
    return _bytes({"state_dict": weights, "optimizer": optimiser.state_dict(), **beside})


def lightning(weights: Weights) -> bytes:
    """What PyTorch Lightning's ModelCheckpoint writes, keys below `model.`."""
    beside = {
        "epoch": 1,
        "global_step": 10,
        "pytorch-lightning_version": "2.4.0",
        "loops": {"fit_loop": {"state_dict": {}}},
        "callbacks": {"ModelCheckpoint{'monitor': None}": {"best_model_score": torch.tensor(0.1)}},
        "optimizer_states": [],
        "lr_schedulers": [],
        "hparams_name": "kwargs",
        "hyper_parameters": {"lr": 1e-3, "name": "x"},
    }
    return _bytes({"state_dict": {f"model.{key}": value for key, value in weights.items()}, **beside})


def halved(weights: Weights, kind: torch.dtype) -> bytes:
    """Weights in half precision."""
    return _bytes({k: v.to(kind) if v.is_floating_point() else v for k, v in weights.items()})


STYLES: dict[str, Callable[[Weights], bytes]] = {
    "plain": _bytes,
    "with-optimiser": with_optimiser,
    "data-parallel": lambda weights: _bytes({f"module.{key}": value for key, value in weights.items()}),
    "safetensors": lambda weights: bytes(safetensors.torch.save(weights, {"format": "pt"})),
    "fp16": lambda weights: halved(weights, torch.float16),
    "bf16": lambda weights: halved(weights, torch.bfloat16),
    "legacy": lambda weights: _bytes({"model": weights, "epoch": 1}, legacy=True),
    "lightning": lightning,
    "compiled": lambda weights: _bytes({"model": {f"_orig_mod.{k}": v for k, v in weights.items()}}),
    "averaged": lambda weights: _bytes({"state_dict_ema": weights, "arch": "x"}),
}


def script(model: torch.nn.Module, pictures: torch.Tensor) -> bytes:
    """TorchScript, scripted."""
    stream = io.BytesIO()
    torch.jit.save(torch.jit.script(model), stream)
    return stream.getvalue()


def frozen(model: torch.nn.Module, pictures: torch.Tensor) -> bytes:
    """TorchScript, scripted and frozen: weights become constants."""
    stream = io.BytesIO()
    torch.jit.save(torch.jit.freeze(torch.jit.script(model)), stream)
    return stream.getvalue()


def trace(model: torch.nn.Module, pictures: torch.Tensor) -> bytes:
    """TorchScript, traced."""
    stream = io.BytesIO()
    torch.jit.save(torch.jit.trace(model, pictures, check_trace=False), stream)
    return stream.getvalue()


def export(model: torch.nn.Module, pictures: torch.Tensor) -> bytes:
    """A torch.export archive for any number of pictures."""
    stream = io.BytesIO()
    program = torch.export.export(model, (pictures,), dynamic_shapes=({0: torch.export.Dim.AUTO},))
    torch.export.save(program, stream)
    return stream.getvalue()


def onnx(model: torch.nn.Module, pictures: torch.Tensor) -> bytes:
    """ONNX, by the exporter that traces."""
    stream = io.BytesIO()
    options: dict[str, Any] = {"input_names": ["pictures"], "dynamic_axes": {"pictures": {0: "n"}}}
    torch.onnx.export(model, (pictures,), stream, dynamo=False, opset_version=17, **options)
    return stream.getvalue()


def onnx_exported(model: torch.nn.Module, pictures: torch.Tensor) -> bytes:
    """ONNX, by the exporter that builds on torch.export."""
    program = torch.onnx.export(
        model, (pictures,), dynamo=True, dynamic_shapes=({0: torch.export.Dim.AUTO},), verbose=False
    )
    stream = io.BytesIO()
    program.save(stream)
    return stream.getvalue()


FORMATS: dict[str, Callable[[torch.nn.Module, torch.Tensor], bytes]] = {
    "onnx": onnx,
    "script": script,
    "export": export,
    "trace": trace,
    "onnx-exported": onnx_exported,
    "frozen": frozen,
}
