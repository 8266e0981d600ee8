"""One cell of SD-HZ-C as a dataset of (image, label), made while it is read."""

from collections.abc import Callable, Sequence
from typing import Any

from hzbench.corruptions.corrupting import corrupt_cell, get_corruption_names
from hzbench.corruptions.image import Image
from hzbench.corruptions.registry import SEVERITIES


class CellDataset:
    """A map-style dataset, as torch's DataLoader takes it, over clean pictures and their labels."""

    def __init__(
        self,
        pictures: Sequence[tuple[Image, Any]],
        corruption: str,
        severity: int,
        *,
        draw: int = 0,
        transform: Callable[[Image], Any] | None = None,
    ) -> None:
        """Choose the cell.

        Args:
            pictures: clean pictures, uint8, shape (H, W, 3), each with its label; anything with a length
                and an index.
            corruption: one of `get_corruption_names("all")`.
            severity: 1-5.
            draw: number of the draw; 0 is SD-HZ-C itself.
            transform: applied to the corrupted picture, for example a model's preprocessing.

        Raises:
            ValueError: no such corruption or severity.
        """
        names = get_corruption_names("all")
        if corruption not in names or severity not in SEVERITIES:
            raise ValueError(
                f"no such cell: ({corruption!r}, {severity!r}), "
                f"expected one of {', '.join(names)} and a severity 1 to 5"
            )
        self.pictures, self.corruption, self.severity = pictures, corruption, severity
        self.draw, self.transform = draw, transform

    def __len__(self) -> int:
        """Return the number of pictures."""
        return len(self.pictures)

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        """Return the corrupted picture number `index` and its label."""
        image, label = self.pictures[index]
        corrupted = corrupt_cell(image, self.corruption, self.severity, self.draw)
        return (self.transform(corrupted) if self.transform else corrupted), label
