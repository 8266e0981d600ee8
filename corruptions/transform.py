"""A callable that corrupts pictures in the pipelines of torchvision v2, albumentations and DataLoader.

torch is never imported here; where the program has imported it, its global generator decides (DataLoader
gives each worker and each epoch another seed), elsewhere numpy's global random state does.
"""

import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

from hzbench.corruptions.corrupting import corrupt_cell, get_corruption_names
from hzbench.corruptions.registry import SEVERITIES

LARGEST_DRAW = 2**62


def random_integer(below: int) -> int:
    """Return a whole number below `below` from the global generator of torch, or of numpy."""
    torch = sys.modules.get("torch")
    if torch is not None and hasattr(torch, "randint"):
        return int(torch.randint(below, (1,)).item())
    return int(np.random.randint(below, dtype=np.int64))


class RandomCorruption:
    """Corrupt each picture by one of some corruptions, at one of some severities.

    It takes and gives back numpy arrays (H, W, 3) or (H, W), PIL images, or torch tensors (3, H, W) or (1,
    H, W), all of 8 bits. In torchvision's `v2.Compose` it stands like any transform; in albumentations it is
    given to `Lambda(image=...)`.
    """

    def __init__(
        self,
        corruptions: str | Sequence[str] = "common",
        severities: int | Sequence[int] = SEVERITIES,
        *,
        draw: int | None = None,
    ) -> None:
        """Choose what may happen to a picture.

        Args:
            corruptions: a subset as for `get_corruption_names`, one name, or several names.
            severities: one severity of 1 ... 5, or several.
            draw: number of the draw; 0 gives SD-HZ-C's own bytes, None another draw at every call.

        Raises:
            ValueError: an unknown name, a severity out of range, or nothing to choose from.
        """
        known = get_corruption_names("all")
        if isinstance(corruptions, str):
            names = [corruptions] if corruptions in known else get_corruption_names(corruptions)
        else:
            names = list(corruptions)
        self.cells = [
            (name, severity)
            for name in names
            for severity in ([severities] if isinstance(severities, int) else severities)
        ]
        unknown = [cell for cell in self.cells if cell[0] not in known or cell[1] not in SEVERITIES]
        if unknown or not self.cells:
            found = unknown[0] if unknown else "none given"
            raise ValueError(
                f"no such cell: {found}, expected names of {', '.join(known)} and severities 1 to 5"
            )
        self.draw = draw

    def __call__(self, image: Any, *others: Any, **parameters: Any) -> Any:
        """Return the corrupted picture, of the type given, and what came with it unchanged.

        Args:
            image: the picture.
            others: what a pipeline passes along with it (labels); given back in a tuple after the picture.
            parameters: what albumentations tells its callables; not used.
        """
        name, severity = self.cells[random_integer(len(self.cells))] if len(self.cells) > 1 else self.cells[0]
        draw = random_integer(LARGEST_DRAW) if self.draw is None else self.draw
        corrupted = _like(image, corrupt_cell(_pixels(image), name, severity, draw))
        return (corrupted, *others) if others else corrupted

    def __repr__(self) -> str:
        """Return what a pipeline prints."""
        return f"RandomCorruption({len(self.cells)} cells, draw={self.draw})"


def _is_tensor(image: Any) -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(image, torch.Tensor)


def _pixels(image: Any) -> np.ndarray[Any, Any]:
    if _is_tensor(image):
        if image.ndim != 3 or image.shape[0] not in (1, 3):
            raise ValueError(
                f"image is a tensor of shape {tuple(image.shape)}, expected (3, H, W) or (1, H, W)"
            )
        pixels: np.ndarray[Any, Any] = image.detach().cpu().numpy().transpose(1, 2, 0)
        return pixels[:, :, 0] if pixels.shape[2] == 1 else pixels
    if hasattr(image, "mode") and hasattr(image, "tobytes"):
        if image.mode not in ("RGB", "L"):
            raise ValueError(
                f"image is a PIL image of mode {image.mode}, expected RGB or L; use image.convert('RGB')"
            )
        return np.asarray(image)
    return image  # type: ignore[no-any-return]  # corrupt_cell says what it expects


def _like(image: Any, corrupted: np.ndarray[Any, Any]) -> Any:
    if _is_tensor(image):
        planes = corrupted[None] if corrupted.ndim == 2 else corrupted.transpose(2, 0, 1)
        plain = sys.modules["torch"].from_numpy(np.ascontiguousarray(planes)).to(image.device)
        return plain.as_subclass(type(image)) if hasattr(plain, "as_subclass") else plain
    if hasattr(image, "mode") and hasattr(image, "tobytes"):
        from PIL import Image as PillowImage

        return PillowImage.fromarray(corrupted)
    return corrupted
