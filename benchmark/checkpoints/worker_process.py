"""Start the worker in a sandbox and a clean environment, and say what it died of."""

from __future__ import annotations

import contextlib
import functools
import os
import signal
import site
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from hzbench.benchmark.checkpoints.refusal import printable
from hzbench.benchmark.checkpoints.sandbox import bubblewrap
from hzbench.benchmark.checkpoints.sandbox.ladder import Sandbox

PASSED_ON = (
    "PATH",
    "PYTHONPATH",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "SYSTEMROOT",
    "CUDA_VISIBLE_DEVICES",
)
"""What the worker needs of the host's environment to find Python, torch and a graphics card."""

LAUNCHER = "hzbench.benchmark.checkpoints.sandbox.launch"

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
        "LOGNAME": "worker",  # else libraries look for a name in the list of users, which it may not read
        "PYTHONUSERBASE": site.getuserbase(),
        "PYTHONDONTWRITEBYTECODE": "1",
        "TORCH_FORCE_WEIGHTS_ONLY_LOAD": "1",
        "HF_HUB_OFFLINE": "1",
        # caches that torch and CUDA would make, and fail without
        "TORCHINDUCTOR_CACHE_DIR": home,
        "CUDA_CACHE_DISABLE": "1",
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

    def __init__(
        self,
        descriptors: Sequence[int],
        threads: int,
        module: str,
        sandbox: Sandbox,
        *,
        device: str = "cpu",
        writable: str | None = None,
    ) -> None:
        """Start `python -m module` in a sandbox, handing on the given open descriptors.

        Args:
            descriptors: open files for the worker.
            threads: of its libraries.
            module: the worker's code.
            sandbox: how it is confined.
            device: "cpu", "cuda" or "mps".
            writable: a folder that it may write; only for tests that look for traces of what ran.
        """
        self._wrapped = "bubblewrap" in sandbox.layers
        plan = sandbox.plan(device, writable)
        self._home = tempfile.TemporaryDirectory(prefix="hzbench-worker-")
        worker_requests, self.requests = os.pipe()
        self.replies, worker_replies = os.pipe()
        try:
            command = [*sandbox.command(plan), sys.executable, "-P", "-m", LAUNCHER, plan.to_json(), module]
            self._process = _in_lasting_thread(
                lambda: subprocess.Popen(
                    [*command, str(worker_requests), str(worker_replies)],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.PIPE,
                    pass_fds=(worker_requests, worker_replies, *descriptors),
                    env=clean_environment(bubblewrap.HOME if self._wrapped else self._home.name, threads),
                    cwd=self._home.name,
                    start_new_session=True,  # Ctrl-C reaches the host alone
                )
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
        """The process's number; in bubblewrap, of the process that holds the sandbox."""
        return self._process.pid

    def death(self) -> str:
        """Wait for a worker whose pipe has closed, and return what it died of in a few words."""
        try:
            code = self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            return "it closed its pipe"
        self._reader.join(timeout=1)
        cause = f"exit code {code}"
        if self._wrapped and code - 128 in list(signal.Signals):
            code = 128 - code  # how bwrap, like a shell, tells of a signal
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


def _in_lasting_thread(start: Callable[[], subprocess.Popen[bytes]]) -> subprocess.Popen[bytes]:
    """Start a process from a thread that lives as long as this process.

    The kernel takes the starting thread for the parent with which a worker is to end.
    """
    if threading.current_thread() is threading.main_thread():
        return start()
    return _starter(os.getpid()).submit(start).result()


@functools.cache
def _starter(pid: int) -> ThreadPoolExecutor:
    """Return the thread of one process that starts workers; a forked child needs another one."""
    return ThreadPoolExecutor(1, thread_name_prefix=f"hzbench-starter-{pid}")
