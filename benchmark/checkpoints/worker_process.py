"""Start the worker in a clean environment, and say what it died of."""

from __future__ import annotations

import contextlib
import os
import signal
import site
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence

from hzbench.benchmark.checkpoints.refusal import printable

PASSED_ON = (
    "PATH",
    "PYTHONPATH",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "SYSTEMROOT",
    "CUDA_VISIBLE_DEVICES",
)
"""What the worker needs of the host's environment to find Python, torch and a graphics card."""

KEPT_STDERR = 8192
"""Bytes of the worker's last error output that are remembered."""


def clean_environment(home: str, threads: int) -> dict[str, str]:
    """Return the worker's whole environment.

    glibc gives large blocks back to the system at once and takes them anew for each layer, so that the kernel
    clears every page again and again. Without mmap and trimming but with huge pages, EfficientNet-B0 takes
    half the time (measured with torch 2.14: 46.7 -> 23.4 ms an image, MobileNetV3-Small 4.4 -> 3.3).
    """
    return {
        **{name: os.environ[name] for name in PASSED_ON if name in os.environ},
        "HOME": home,
        "TMPDIR": home,
        "LANG": "C.UTF-8",
        "PYTHONUSERBASE": site.getuserbase(),
        "PYTHONDONTWRITEBYTECODE": "1",
        "TORCH_FORCE_WEIGHTS_ONLY_LOAD": "1",
        "HF_HUB_OFFLINE": "1",
        "OMP_NUM_THREADS": str(threads),
        "MKL_NUM_THREADS": str(threads),
        "MALLOC_MMAP_MAX_": "0",
        "MALLOC_TRIM_THRESHOLD_": str(1 << 40),
        "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
    }


class WorkerProcess:
    """One worker and the ends of its pipes.

    Attributes:
        requests: descriptor to write to.
        replies: descriptor to read from.
    """

    def __init__(self, descriptors: Sequence[int], threads: int, module: str) -> None:
        """Start `python -m module`, handing on the given open descriptors."""
        self._home = tempfile.TemporaryDirectory(prefix="hzbench-worker-")
        worker_requests, self.requests = os.pipe()
        self.replies, worker_replies = os.pipe()
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", module, str(worker_requests), str(worker_replies)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                pass_fds=(worker_requests, worker_replies, *descriptors),
                env=clean_environment(self._home.name, threads),
                cwd=self._home.name,
                start_new_session=True,  # Ctrl-C reaches the host alone
            )
        except BaseException:
            os.close(self.requests)
            os.close(self.replies)
            self._home.cleanup()
            raise
        finally:
            os.close(worker_requests)
            os.close(worker_replies)
        self._stderr = bytearray()
        self._reader = threading.Thread(target=self._keep_stderr, daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    def death(self) -> str:
        """Wait for a worker whose pipe has closed, and return what it died of in a few words."""
        try:
            code = self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            return "it closed its pipe"
        self._reader.join(timeout=1)
        cause = f"exit code {code}"
        if code < 0:
            name = signal.Signals(-code).name if -code in list(signal.Signals) else f"signal {-code}"
            cause = f"{name}, probably out of memory" if -code == signal.SIGKILL else name
        lines = [line for line in self._stderr.decode("utf-8", "replace").splitlines() if line.strip()]
        return f"{cause}; last words: {printable(lines[-1], 200)}" if lines else cause

    def kill(self) -> None:
        """Kill the process and leave its pipes open, so that whoever reads from them learns of it."""
        self._process.kill()

    def close(self) -> None:
        """End the worker at once, whatever it is doing, and free what it used; harmless when repeated."""
        if self.requests < 0:
            return
        self._process.kill()
        os.close(self.requests)
        os.close(self.replies)
        self.requests = self.replies = -1
        self._process.wait()
        self._reader.join(timeout=1)
        with contextlib.suppress(OSError):
            self._home.cleanup()

    def _keep_stderr(self) -> None:
        assert self._process.stderr is not None  # it was asked for above
        with self._process.stderr as stream, contextlib.suppress(OSError, ValueError):
            while chunk := os.read(stream.fileno(), 65536):
                self._stderr += chunk
                del self._stderr[:-KEPT_STDERR]
