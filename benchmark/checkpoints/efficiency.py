"""What a model costs: parameters, multiply-accumulates, and the time of one picture. Runs in the worker only.

- `macs`: torch's own counter (torch.utils.flop_counter, operations / 2): convolutions and matrix products.
- `macs_fvcore`: fvcore's count, as the paper's field counts; it adds batch normalisation and pooling.
  Operations that it does not know are named in `macs_uncounted`, never taken as nothing.
- latency: one picture, one thread, fresh input each time, runs of the model and of AlexNet in turn.
  Milliseconds depend on the machine; comparable is `latency_ratio`, the median of the paired ratios.
"""

from __future__ import annotations

import logging
import time
import warnings

import numpy as np
import torch

from hzbench.benchmark.checkpoints import architectures
from hzbench.benchmark.checkpoints.messages import Efficiency, Latency
from hzbench.benchmark.checkpoints.torch_runner import TorchRunner

WARM_UP_RUNS = 5
MINIMUM_RUNS = 10
MAXIMUM_RUNS = 100
LATENCY_BUDGET_S = 5.0
LATENCY_THREADS = 1
UNCOUNTED_LISTED = 50

COUNTERPART = "alexnet"
"""The network whose time is measured beside the model's."""


def measure(runner: TorchRunner, latency: bool) -> Efficiency:
    """Return the cost of a model at its own input size.

    Args:
        runner: the opened model.
        latency: measure the time of one picture too.
    """
    device = next(runner.model.parameters()).device
    example = torch.zeros(1, 3, runner.input_size, runner.input_size, device=device)
    example = example.contiguous(memory_format=torch.channels_last)
    fvcore_count, uncounted = count_fvcore(runner.model, example)
    times = time_interleaved(runner.model, example) if latency else None
    quantiles = None if times is None else np.quantile(times[0], (0.5, 0.9, 0.99)) * 1000
    return Efficiency(
        params=runner.params,
        macs=count_macs(runner.model, example),
        macs_fvcore=fvcore_count,
        macs_uncounted=uncounted,
        latency_ms=None
        if quantiles is None
        else Latency(p50=float(quantiles[0]), p90=float(quantiles[1]), p99=float(quantiles[2])),
        latency_ratio=None if times is None else float(np.median(times[0] / times[1])),
        threads=LATENCY_THREADS if latency else torch.get_num_threads(),
    )


@torch.inference_mode()
def count_macs(model: torch.nn.Module, example: torch.Tensor) -> int | None:
    """Return the multiply-accumulates of convolutions and matrix products for one picture.

    None where torch's counter fails on the model, whose answers are complete by then and must not be lost.
    """
    from torch.utils.flop_counter import FlopCounterMode

    try:
        with FlopCounterMode(display=False) as counter:
            model(example)
    except Exception:  # noqa: BLE001 - a counter that wraps every operation fails in as many ways
        return None
    return int(counter.get_total_flops()) // 2


def count_fvcore(model: torch.nn.Module, example: torch.Tensor) -> tuple[int | None, list[str]]:
    """Return fvcore's count for one picture, and the operations that it does not know, with their number.

    The count is None where fvcore cannot trace the model; the reason then stands in the list.
    """
    for name in ("fvcore", "fvcore.nn.jit_analysis"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from fvcore.nn import FlopCountAnalysis

            analysis = FlopCountAnalysis(model, example)
            analysis.unsupported_ops_warnings(False).uncalled_modules_warnings(False)
            analysis.tracer_warnings("none")
            total = int(analysis.total())
            unknown = sorted(analysis.unsupported_ops().items())
    except Exception as error:  # noqa: BLE001 - tracing fails in as many ways as there are models
        return None, [f"not traceable ({type(error).__name__})"]
    listed = [f"{name.removeprefix('aten::')} x{count}" for name, count in unknown]
    return total, listed[:UNCOUNTED_LISTED]


@torch.inference_mode()
def time_interleaved(model: torch.nn.Module, example: torch.Tensor) -> tuple[np.ndarray, np.ndarray]:
    """Return seconds of single runs of the model and of AlexNet, taken in turn on one thread.

    Every run has an input of its own, so that nothing learned from an earlier one can help.
    """
    counterpart = _random_network(COUNTERPART, example.device)
    generator = torch.Generator().manual_seed(0)
    shapes = {model: example.shape, counterpart: (1, 3, 224, 224)}
    threads = torch.get_num_threads()
    torch.set_num_threads(LATENCY_THREADS)
    times: dict[torch.nn.Module, list[float]] = {model: [], counterpart: []}
    end = time.perf_counter() + LATENCY_BUDGET_S
    try:
        for run in range(WARM_UP_RUNS + MAXIMUM_RUNS):
            for network, shape in shapes.items():
                fresh = torch.randn(*shape, generator=generator).to(example.device)
                fresh = fresh.contiguous(memory_format=torch.channels_last)
                start = time.perf_counter()
                network(fresh).cpu()
                if run >= WARM_UP_RUNS:
                    times[network].append(time.perf_counter() - start)
            if len(times[model]) >= MINIMUM_RUNS and time.perf_counter() > end:
                break
    finally:
        torch.set_num_threads(threads)
    return np.array(times[model]), np.array(times[counterpart])


def _random_network(name: str, device: torch.device) -> torch.nn.Module:
    """Return a network filled with small random numbers, which is far quicker than initialising it."""
    network = architectures.build(name, 4, device="meta").to_empty(device=device).eval()
    for tensor in network.parameters():
        tensor.uniform_(-0.05, 0.05)
    return network.to(memory_format=torch.channels_last)
