"""Find the parts of a run where they are kept, and keep new ones."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import JsonValue

from hzbench.benchmark.runs.parts import Part, PartStore


class Keeper:
    """Looks parts up in several stores in turn, and puts every new one into all of them.

    Without a store it finds nothing and keeps nothing.

    Attributes:
        found: how many parts came from each store, by its title.
        computed: how many parts were new.
    """

    def __init__(self, *stores: PartStore, finished: Callable[[Part], None] | None = None) -> None:
        """Use `stores`, the first one first.

        Args:
            stores: where parts are kept.
            finished: called with each part once it is found or kept.
        """
        self._stores = stores
        self._finished = finished
        self.found: Counter[str] = Counter()
        self.computed = 0

    def find(self, part: Part) -> bytes | None:
        """Return the content of a part, None where no store holds it."""
        for store in self._stores:
            content = store.get(part)
            if content is not None:
                self.found[store.title] += 1
                self._report(part)
                return content
        return None

    def keep(self, part: Part, content: bytes) -> None:
        """Put a new part into every store.

        Raises:
            OSError: a store whose loss would matter cannot be written.
        """
        for store in self._stores:
            store.put(part, content)
        self.computed += 1
        self._report(part)

    def find_logits(self, part: Part, shape: tuple[int, int]) -> npt.NDArray[np.float32] | None:
        """Return the logits of a part, shape (pictures, classes); None where no store holds them."""
        content = self.find(part)
        if content is None:
            return None
        return np.frombuffer(content, "<f4").astype(np.float32).reshape(shape)

    def keep_logits(self, part: Part, logits: npt.NDArray[np.float32]) -> None:
        """Put the logits of a part, shape (pictures, classes), into every store, as raw float32."""
        self.keep(part, np.ascontiguousarray(logits, "<f4").tobytes())

    def value(self, part: Part, make: Callable[[], JsonValue]) -> Any:
        """Return a part that is a JSON value: a kept one, or what `make` gives."""
        content = self.find(part)
        if content is None:
            content = json.dumps(make(), allow_nan=False).encode()
            self.keep(part, content)
        return json.loads(content)  # the first run reads what a later one will

    def _report(self, part: Part) -> None:
        if self._finished is not None:
            self._finished(part)
