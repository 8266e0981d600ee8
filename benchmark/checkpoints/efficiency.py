"""What a model costs: parameters, multiply-accumulates, and the time of one picture. Runs in the worker only.

- `macs`: convolutions and matrix products; `macs_fvcore`: fvcore's count, as the paper's field counts; how,
  each format says (`counting` for PyTorch networks). What is left out is named in `macs_uncounted`, never
  taken as nothing.
- latency: one picture, one thread, fresh input each time, runs of the model and of AlexNet in turn.
  Milliseconds depend on the machine; comparable is `latency_ratio`, the median of the paired ratios.
- shortcuts: how long the same picture again and a picture of zeros take, against a fresh one. An honest
  network takes as long, whatever it is shown.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from hzbench.benchmark.checkpoints import architectures
from hzbench.benchmark.checkpoints.messages import Efficiency, Latency
from hzbench.benchmark.checkpoints.runner import Runner

WARM_UP_RUNS = 5
MINIMUM_RUNS = 10
MAXIMUM_RUNS = 100
LATENCY_BUDGET_S = 5.0
LATENCY_THREADS = 1

FRESH, REPEAT, ZEROS = "fresh", "repeat", "zeros"
ORDERS = ((FRESH, REPEAT, ZEROS), (ZEROS, FRESH, REPEAT))
SHORTCUT_MINIMUM, SHORTCUT_MAXIMUM = 9, 30
SHORTCUT_BUDGET_S = 1.5
SHORTCUT_QUANTILE = 0.8

COUNTERPART = "alexnet"
"""The network whose time is measured beside the model's."""

Network = Callable[[torch.Tensor], torch.Tensor]


def measure(runner: Runner, latency: bool) -> Efficiency:
    """Return the cost of a model at its own input size.

    Args:
        runner: the opened model.
        latency: measure the time of one picture too.
    """
    example = torch.zeros(1, 3, runner.input_size, runner.input_size, device=runner.device)
    example = example.contiguous(memory_format=torch.channels_last)
    counts = runner.count(example)
    times = time_interleaved(runner.network, example) if latency else None
    shortcuts = time_shortcuts(runner.network, example) if latency else None
    quantiles = None if times is None else np.quantile(times[0], (0.5, 0.9, 0.99)) * 1000
    return Efficiency(
        params=runner.params,
        macs=counts.macs,
        macs_fvcore=counts.macs_fvcore,
        macs_uncounted=counts.uncounted,
        latency_ms=None
        if quantiles is None
        else Latency(p50=float(quantiles[0]), p90=float(quantiles[1]), p99=float(quantiles[2])),
        latency_ratio=None if times is None else float(np.median(times[0] / times[1])),
        repeat_ratio=None if shortcuts is None else shortcuts[0],
        zeros_ratio=None if shortcuts is None else shortcuts[1],
        threads=LATENCY_THREADS if latency else torch.get_num_threads(),
    )


@torch.inference_mode()
def time_interleaved(model: Network, example: torch.Tensor) -> tuple[np.ndarray, np.ndarray]:
    """Return seconds of single runs of the model and of AlexNet, taken in turn on one thread.

    Every run has an input of its own, so that nothing learned from an earlier one can help.
    """
    counterpart = _random_network(COUNTERPART, example.device)
    generator = torch.Generator().manual_seed(0)
    shapes: dict[Network, Any] = {model: example.shape, counterpart: (1, 3, 224, 224)}
    threads = torch.get_num_threads()
    torch.set_num_threads(LATENCY_THREADS)
    times: dict[Network, list[float]] = {model: [], counterpart: []}
    end = time.perf_counter() + LATENCY_BUDGET_S
    try:
        for run in range(WARM_UP_RUNS + MAXIMUM_RUNS):
            for network, shape in shapes.items():
                fresh = _fresh(example.new_empty(shape), generator)
                start = time.perf_counter()
                network(fresh).cpu()
                if run >= WARM_UP_RUNS:
                    times[network].append(time.perf_counter() - start)
            if len(times[model]) >= MINIMUM_RUNS and time.perf_counter() > end:
                break
    finally:
        torch.set_num_threads(threads)
    return np.array(times[model]), np.array(times[counterpart])


@torch.inference_mode()
def time_shortcuts(model: Network, example: torch.Tensor) -> tuple[float, float]:
    """Return the times of the same picture again and of a picture of zeros, divided by that of a fresh one.

    A fresh picture is followed by itself, and zeros come before or after the two in turn, so that each run
    has another one of the same network before it and none finds warmer caches. Of the ratios of all rounds
    the 80th percentile is returned: four rounds in five were at most so long, so that a busy machine alone
    does not look like a shortcut.
    """
    generator = torch.Generator().manual_seed(1)
    threads = torch.get_num_threads()
    torch.set_num_threads(LATENCY_THREADS)
    zeros = torch.zeros_like(example)
    seconds: list[dict[str, float]] = []
    end = time.perf_counter() + SHORTCUT_BUDGET_S
    try:
        last = _fresh(example, generator)
        model(last)
        while len(seconds) < SHORTCUT_MINIMUM or (
            len(seconds) < SHORTCUT_MAXIMUM and time.perf_counter() < end
        ):
            took = {}
            for kind in ORDERS[len(seconds) % 2]:
                if kind == FRESH:
                    last = _fresh(example, generator)
                picture = zeros.clone() if kind == ZEROS else last.clone()
                start = time.perf_counter()
                model(picture).cpu()
                took[kind] = time.perf_counter() - start
            seconds.append(took)
    finally:
        torch.set_num_threads(threads)
    ratios = [
        float(np.quantile([took[kind] / took[FRESH] for took in seconds], SHORTCUT_QUANTILE))
        for kind in (REPEAT, ZEROS)
    ]
    return ratios[0], ratios[1]


def _fresh(example: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    fresh = torch.randn(*example.shape, generator=generator).to(example.device)
    return fresh.contiguous(memory_format=torch.channels_last)


def _random_network(name: str, device: torch.device) -> torch.nn.Module:
    """Return a network filled with small random numbers, which is far quicker than initialising it."""
    network = architectures.build(name, 4, device="meta").to_empty(device=device).eval()
    for tensor in network.parameters():
        tensor.uniform_(-0.05, 0.05)
    return network.to(memory_format=torch.channels_last)
