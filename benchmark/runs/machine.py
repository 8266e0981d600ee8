"""What of this machine and its software can move the last bits of a logit."""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import platform
from importlib import metadata
from pathlib import Path

from pydantic import JsonValue

from hzbench.benchmark.runs.parts import Facts
from hzbench.corruptions import SPECIFICATION, jpeg_probe_digest

VERSIONS = ("torch", "torchvision", "timm", "onnxruntime")
"""Distributions that compute logits or build networks."""

SOURCES = (
    "hzbench.corruptions",
    "hzbench.benchmark.checkpoints",
    "hzbench.benchmark.engines",
    "hzbench.benchmark.scoring",
    "hzbench.benchmark.workflows",
)
"""Packages of hzbench between a picture and its logits, and those that look at a model's behaviour."""

CPUINFO = Path("/proc/cpuinfo")
_NVIDIA_CARDS = Path("/proc/driver/nvidia/gpus")


def processor() -> str:
    """Return the CPU's model name where Linux tells it, else what Python knows."""
    return _cpuinfo_field("model name") or platform.processor()


def machine_facts(device: str) -> Facts:
    """Return what of this machine can move a logit.

    Args:
        device: cpu, cuda or mps.
    """
    versions: dict[str, JsonValue] = {}
    for name in VERSIONS:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            versions[name] = None
    instructions = _cpuinfo_field("flags") or _cpuinfo_field("Features")
    return {
        "device": device,
        "cards": [*_cards()] if device == "cuda" else None,
        "machine": platform.machine(),
        "processor": processor(),
        "instructions": hashlib.sha256(instructions.encode()).hexdigest(),
        **versions,
        "specification": SPECIFICATION,
        "jpeg": jpeg_probe_digest(),
        "hzbench_code": code_digest(),
    }


@functools.cache
def code_digest() -> str:
    """Return the SHA-256 (hexadecimal) of all files of hzbench between a picture and its logits."""
    digest = hashlib.sha256()
    for name in SOURCES:
        spec = importlib.util.find_spec(name)
        assert spec is not None
        for location in spec.submodule_search_locations or ():
            root = Path(location)
            for path in sorted(root.rglob("*")):
                if path.is_file() and path.suffix != ".pyc":
                    content = path.read_bytes()
                    digest.update(f"{name} {path.relative_to(root).as_posix()} {len(content)}\n".encode())
                    digest.update(content)
    return digest.hexdigest()


def _cpuinfo_field(field: str) -> str:
    try:
        lines = CPUINFO.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    values = [line.partition(":")[2].strip() for line in lines if line.partition(":")[0].strip() == field]
    return values[0] if values else ""


def _cards() -> list[str]:
    """Return the first lines of what NVIDIA's driver says of each card: its model."""
    return sorted(
        path.read_text(encoding="utf-8", errors="replace").splitlines()[0]
        for path in _NVIDIA_CARDS.glob("*/information")
    )
