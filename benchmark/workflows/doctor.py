"""`hzbench doctor`: what this machine has, what is missing, and what to do about it."""

from __future__ import annotations

import os
import platform
import select
import shutil
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path
from typing import Any, Literal, NamedTuple

from hzbench.benchmark.checkpoints.sandbox import folders, ladder, trial
from hzbench.benchmark.checkpoints.sandbox.plan import NONE
from hzbench.benchmark.checkpoints.worker_process import WorkerProcess
from hzbench.benchmark.cores import usable_cores
from hzbench.benchmark.durable import Progress
from hzbench.benchmark.errors import UsageError

SCHEMA = "hzbench.doctor/1"

JPEG_PROBE = "9e8cffbd4349ff4128546837975d01c01ab004701fff9f7e4b0e708da7c4d024"
"""What the JPEG coder of the published results makes of the probe set."""

NEEDED = (
    *("numpy", "numba", "pillow", "scikit-learn", "pydantic", "safetensors"),
    *("torch", "torchvision", "timm", "fvcore"),
)
OLDEST_TORCH = (2, 10)  # older ones have holes in the reading of checkpoints: CVE-2025-32434, CVE-2026-24747
OPTIONAL = {
    "onnxruntime": "ONNX files need it: pip install 'hzbench[onnx]'",
    "albumentations": "Training needs it: pip install 'hzbench[train]'",
    "wand": "Only the parity tests need it: pip install 'hzbench[parity]'",
}
FREE_SPACE = 1 << 30  # of which a whole evaluation with its cache takes far less
TRIAL_LIMIT_S = 120.0

State = Literal["ok", "note", "broken"]


class Finding(NamedTuple):
    """What was found out about one thing.

    Attributes:
        area: under which heading it stands.
        name: of the thing.
        state: `ok`; `note` where something would be better otherwise; `broken` where evaluation cannot run.
        found: its version, size or place, or what is wrong.
        advice: what to do, a sentence; empty where nothing is.
    """

    area: str
    name: str
    state: State
    found: str
    advice: str = ""


def examine(progress: Progress | None = None) -> list[Finding]:
    """Return what this machine has, heading by heading.

    Args:
        progress: called before each heading.
    """
    parts: dict[str, Callable[[], Iterator[Finding]]] = {
        "libraries": _libraries,
        "machine": _machine,
        "corruptions": _corruptions,
        "sandbox": _sandbox,
    }
    found: list[Finding] = []
    for number, (area, part) in enumerate(parts.items()):
        if progress is not None:
            progress(f"examining: {area}", number, len(parts))
        found += part()
    return found


def is_fit(findings: list[Finding]) -> bool:
    """Tell whether an evaluation can run."""
    return all(finding.state != "broken" for finding in findings)


def document(findings: list[Finding]) -> dict[str, Any]:
    """Return the findings as plain JSON values."""
    return {
        "schema": SCHEMA,
        "fit": is_fit(findings),
        "findings": [finding._asdict() for finding in findings],
    }


def _libraries() -> Iterator[Finding]:
    yield Finding("libraries", "python", "ok", platform.python_version())
    for name in ("hzbench", *NEEDED):
        version = _version(name)
        if version is None:
            yield Finding("libraries", name, "broken", "not installed", f"Install it: pip install {name}")
        elif name == "torch" and _numbers(version) < OLDEST_TORCH:
            least = ".".join(map(str, OLDEST_TORCH))
            advice = "Older ones can be made to run code by a file of weights: pip install -U torch"
            yield Finding("libraries", name, "broken", f"{version}, at least {least} is needed", advice)
        else:
            yield Finding("libraries", name, "ok", version)
    for name, advice in OPTIONAL.items():
        version = _version(name)
        if version is None:
            yield Finding("libraries", name, "note", "not installed", advice)
        else:
            yield Finding("libraries", name, "ok", version)
    magick = shutil.which("magick") or shutil.which("convert")
    if magick is None:
        advice = "Only the parity tests need it: apt install libmagickwand-6.q16-6"
        yield Finding("libraries", "ImageMagick", "note", "no program of it found", advice)
    else:
        yield Finding("libraries", "ImageMagick", "ok", magick)


def _machine() -> Iterator[Finding]:
    yield Finding("machine", "system", "ok", f"{platform.platform()}, {platform.machine()}")
    yield Finding("machine", "cores", "ok", f"{usable_cores()} usable of {os.cpu_count() or 1}")
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        yield Finding("machine", "memory", "ok", f"{memory / (1 << 30):.1f} GiB")
    cards = [path for path in folders.devices(graphics=True) if path not in folders.DEVICES]
    yield Finding("machine", "graphics card", "ok", ", ".join(cards) or "none; models run on the cores")
    free = shutil.disk_usage(Path.cwd()).free
    text = f"{free / (1 << 30):.1f} GiB free in {Path.cwd()}"
    if free < FREE_SPACE:
        yield Finding("machine", "disk", "note", text, "Results go there unless --out names another place")
    else:
        yield Finding("machine", "disk", "ok", text)


def _corruptions() -> Iterator[Finding]:
    from hzbench.corruptions import compiled, jpeg_probe_digest
    from hzbench.corruptions.frost import TEXTURES, texture

    if compiled.CACHE_FOLDER is None:
        advice = "Every process compiles them anew: set HZBENCH_CACHE to a folder that can be written"
        yield Finding("corruptions", "compiled kernels", "note", "no folder to keep them in", advice)
    else:
        free = shutil.disk_usage(compiled.CACHE_FOLDER).free / (1 << 30)
        text = f"kept in {compiled.CACHE_FOLDER} ({free:.1f} GiB free)"
        yield Finding("corruptions", "compiled kernels", "ok", text)
    try:
        for index in range(len(TEXTURES)):
            texture(index)
    except ValueError as error:
        yield Finding("corruptions", "frost textures", "broken", str(error), "Install that package again")
    else:
        yield Finding("corruptions", "frost textures", "ok", "those of the specification")
    probe = jpeg_probe_digest()
    if probe == JPEG_PROBE:
        yield Finding("corruptions", "JPEG coder", "ok", f"that of the published results ({probe[:8]})")
    else:
        advice = (
            "Cells of jpeg_compression may differ, and results are ranked apart: use a Pillow that holds "
            "libjpeg-turbo 3, as its wheels from 10.1 on do"
        )
        text = f"another than that of the published results ({probe[:8]}, not {JPEG_PROBE[:8]})"
        yield Finding("corruptions", "JPEG coder", "note", text, advice)


def _sandbox() -> Iterator[Finding]:
    for name, layer in ladder.probe().items():
        yield Finding("sandbox", name, "ok" if layer.works else "note", layer.found, layer.advice)
    try:
        sandbox = ladder.choose()
    except UsageError as error:
        yield Finding("sandbox", "rung", "broken", str(error), f"Correct or unset {ladder.VARIABLE}")
        return
    if sandbox.holds_programs:
        text = f"{sandbox.rung} ({sandbox.name}); programs are taken with --allow-programs"
        yield Finding("sandbox", "rung", "ok", text)
    else:
        text = f"none ({sandbox.name}): weights and ONNX files run under limits alone, programs are refused"
        advice = "Programs need seccomp, and bubblewrap or Landlock; what to do for each stands above"
        if os.environ.get(ladder.VARIABLE) == NONE:
            advice = f"{ladder.VARIABLE}={NONE} asks for this; unset it for the best that there is"
        yield Finding("sandbox", "rung", "note", text, advice)
    failure = _try(sandbox)
    if failure is None:
        yield Finding("sandbox", "worker", "ok", "torch loads and computes inside")
    else:
        advice = (
            f"Try a lower rung, such as {ladder.VARIABLE}=landlock, and report this"
            if sandbox.layers
            else "Install torch and torchvision of matching versions"
        )
        yield Finding("sandbox", "worker", "broken", failure, advice)


def _try(sandbox: ladder.Sandbox) -> str | None:
    """Start a worker that loads torch in a sandbox; return why that failed, or None where it works."""
    worker = WorkerProcess((), 1, trial.__name__, sandbox)
    try:
        if not select.select([worker.replies], [], [], TRIAL_LIMIT_S)[0]:
            return f"no answer within {TRIAL_LIMIT_S:g} s"
        said = os.read(worker.replies, len(trial.ANSWER))
        return None if said == trial.ANSWER else f"a worker in it ends ({worker.death()})"
    finally:
        worker.close()


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _numbers(version: str) -> tuple[int, ...]:
    parts = version.split("+")[0].split(".")[:2]
    return tuple(int("".join(filter(str.isdigit, part)) or 0) for part in parts)
