"""A server on this machine that behaves as the bucket does, and misbehaves where a test wants it."""

from __future__ import annotations

import base64
import hashlib
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import google_crc32c
import pytest


class Bucket:
    """Files by name, what was asked for, and faults that are each used up once.

    Attributes:
        files: {name: bytes}.
        asked: (method, name, range or empty) of every request.
        cut: {name: bytes sent before the connection is cut}, one for each request.
        refuse: {name: statuses sent instead}, one for each request.
        corrupt: {name: how many answers have one bit flipped}.
        hashes: which sums the header states.
        ranges: whether parts may be asked for.
    """

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.asked: list[tuple[str, str, str]] = []
        self.cut: dict[str, list[int]] = {}
        self.refuse: dict[str, list[int]] = {}
        self.corrupt: dict[str, int] = {}
        self.hashes: tuple[str, ...] = ("crc32c", "md5")
        self.ranges = True
        self.encoding = "identity"
        self.url = ""

    def gets(self, name: str) -> list[str]:
        """The ranges in which a file was asked for."""
        return [wanted for method, asked, wanted in self.asked if (method, asked) == ("GET", name)]

    def sums(self, content: bytes) -> str:
        """The header of sums."""
        crc32c = google_crc32c.value(content).to_bytes(4, "big")
        raw = {"crc32c": crc32c, "md5": hashlib.md5(content, usedforsecurity=False).digest()}
        return ",".join(f"{name}={base64.b64encode(raw[name]).decode()}" for name in self.hashes)


def handler_of(bucket: Bucket) -> type[BaseHTTPRequestHandler]:
    """Return the class that answers requests from a bucket."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

        def do_HEAD(self) -> None:
            """Answer without the bytes."""
            self._answer("HEAD")

        def do_GET(self) -> None:
            """Answer with the bytes, or the part that is asked for."""
            self._answer("GET")

        def _answer(self, method: str) -> None:
            name, wanted = self.path.lstrip("/"), self.headers.get("Range", "")
            bucket.asked.append((method, name, wanted))
            if bucket.refuse.get(name):
                return self._empty(bucket.refuse[name].pop(0))
            if name not in bucket.files:
                return self._empty(404)
            content = bucket.files[name]
            match = re.fullmatch(r"bytes=(\d+)-", wanted) if bucket.ranges else None
            start = int(match[1]) if match else 0
            if match and start >= len(content):
                return self._empty(416, {"Content-Range": f"bytes */{len(content)}"})
            body = content[start:]
            if method == "GET" and bucket.corrupt.get(name):
                bucket.corrupt[name] -= 1
                body = bytes([body[0] ^ 1]) + body[1:]
            self.send_response(206 if match else 200)
            if match:
                self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
            if bucket.hashes:
                self.send_header("x-goog-hash", bucket.sums(content))
            self.send_header("x-goog-stored-content-encoding", bucket.encoding)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if method == "HEAD":
                return None
            cut = bucket.cut.get(name)
            if cut:
                self.wfile.write(body[: cut.pop(0)])
                self.wfile.flush()
                self.close_connection = True
                self.connection.close()
                return None
            self.wfile.write(body)
            return None

        def _empty(self, status: int, headers: dict[str, str] | None = None) -> None:
            self.send_response(status)
            for key, value in (headers or {}).items():
                self.send_header(key, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

    return Handler


class QuietServer(ThreadingHTTPServer):
    """Prints nothing when a client or a test cuts a connection."""

    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing."""


@pytest.fixture
def bucket() -> Iterator[Bucket]:
    """A bucket that is served while the test runs."""
    served = Bucket()
    with QuietServer(("127.0.0.1", 0), handler_of(served)) as server:
        served.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield served
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reach this machine directly, whatever the environment says of proxies."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.fixture
def nowhere() -> str:
    """An address at which nothing listens."""
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"
