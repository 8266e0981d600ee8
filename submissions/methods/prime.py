"""PRIME, by default with AugMix's consistency loss. Source: Modas et al. 2022, arXiv 2112.13547."""

from __future__ import annotations

from typing import Annotated

import numpy as np
import numpy.typing as npt
import pydantic

from hzbench.submissions.augmentations.prime import prime
from hzbench.submissions.methods.consistency import ConsistentViews


class Prime(ConsistentViews):
    """Cross-entropy on clean pictures, and one answer for a picture and two PRIME views of it."""

    class Options(ConsistentViews.Options):
        """`[method]` of prime."""

        width: Annotated[int, pydantic.Field(ge=1)] = 3  # chains
        depth: Annotated[int, pydantic.Field(ge=0)] = 0  # primitives in a chain; 0: one, two or three

    options: Options

    def view(self, image: npt.NDArray[np.uint8], random: np.random.Generator) -> npt.NDArray[np.uint8]:
        """Return a PRIME view."""
        return prime(image, random, width=self.options.width, depth=self.options.depth)
