"""AugMix with the Jensen-Shannon consistency loss. Source: Hendrycks et al. 2020, arXiv 1912.02781."""

from __future__ import annotations

from typing import Annotated

import numpy as np
import numpy.typing as npt
import pydantic

from hzbench.submissions.augmentations.augmix import augmix
from hzbench.submissions.methods.consistency import ConsistentViews


class AugMix(ConsistentViews):
    """Cross-entropy on clean pictures, and one answer for a picture and two AugMix views of it."""

    class Options(ConsistentViews.Options):
        """`[method]` of augmix."""

        severity: Annotated[float, pydantic.Field(gt=0, le=10)] = 1.0  # of the operations
        width: Annotated[int, pydantic.Field(ge=1)] = 3  # chains
        depth: Annotated[int, pydantic.Field(ge=0)] = 0  # operations in a chain; 0: one, two or three
        alpha: Annotated[float, pydantic.Field(gt=0)] = 1.0  # of the Dirichlet and Beta weights

    options: Options

    def view(self, image: npt.NDArray[np.uint8], random: np.random.Generator) -> npt.NDArray[np.uint8]:
        """Return an AugMix view."""
        o = self.options
        return augmix(image, random, severity=o.severity, width=o.width, depth=o.depth, alpha=o.alpha)
