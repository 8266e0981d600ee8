"""The noise of ANT: a small network that draws it, and its projection to a fixed length.

Source: Rusak et al. 2020, arXiv 2001.06057, section 3, and the authors' code.
"""

from __future__ import annotations

import torch
from torch import nn

HIDDEN_CHANNELS = 20
INITIAL_STD = 0.01  # of the weights: the first noise is nearly Gaussian
NEWTON_STEPS = 50
RELATIVE_TOLERANCE = 1e-6
TINY = 1e-30


class NoiseGenerator(nn.Module):
    """Four convolutions that turn white Gaussian noise into correlated noise, and add it to what they got.

    With 1 x 1 kernels the noise of a pixel depends on that pixel alone; with 3 x 3 kernels in the second
    layer neighbours correlate. Neither sees the picture.
    """

    def __init__(self, kernel: int = 1, channels: int = 3) -> None:
        """Draw the weights from N(0, 0.01^2) of torch's global generator; the biases are 0.

        Args:
            kernel: side of the second layer's kernel, 1 or 3.
            channels: of the pictures.
        """
        super().__init__()
        self.margin = kernel // 2
        self.layers = nn.Sequential(
            nn.Conv2d(channels, HIDDEN_CHANNELS, 1),
            nn.ReLU(),
            nn.Conv2d(HIDDEN_CHANNELS, HIDDEN_CHANNELS, kernel),
            nn.ReLU(),
            nn.Conv2d(HIDDEN_CHANNELS, HIDDEN_CHANNELS, 1),
            nn.ReLU(),
            nn.Conv2d(HIDDEN_CHANNELS, channels, 1),
        )
        for layer in self.layers:
            if isinstance(layer, nn.Conv2d):
                nn.init.normal_(layer.weight, std=INITIAL_STD)
                nn.init.zeros_(layer.bias)  # type: ignore[arg-type]  # these layers have one

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        """Return noise shaped like `pixels` (B, channels, H, W), float32, of no particular length."""
        count, channels, height, width = pixels.shape
        grown = (count, channels, height + 2 * self.margin, width + 2 * self.margin)
        white = torch.randn(grown, device=pixels.device).contiguous(memory_format=torch.channels_last)
        inner = white[:, :, self.margin : self.margin + height, self.margin : self.margin + width]
        noise: torch.Tensor = self.layers(white).float() + inner
        return noise


def add_noise(pixels: torch.Tensor, noise: torch.Tensor, length: float) -> torch.Tensor:
    """Return clip(x + f n, 0, 1) with the factor f of each picture for which the change has a given length.

    The gradient on the noise counts in how f depends on it. Where no factor reaches the length, all the noise
    is driven into the bounds.

    Args:
        pixels: (B, C, H, W) in [0, 1].
        noise: the same shape.
        length: Euclidean norm of the difference to `pixels`, after clipping.
    """
    square = noise.square()
    with torch.no_grad():
        room = torch.where(noise > 0, 1 - pixels, pixels).square()  # how far a value can go, squared
        squared_factor, free = _solve(room.flatten(1), square.flatten(1), length**2)
        free = free.view_as(pixels)
        missing = length**2 - (room * ~free).flatten(1).sum(dim=1)
    reached = (square * free).flatten(1).sum(dim=1)
    saturated = (reached <= TINY) | (missing <= 0)
    factor = torch.where(saturated, squared_factor, missing / reached.clamp_min(TINY)).clamp_min(TINY).sqrt()
    return (pixels + factor[:, None, None, None] * noise).clamp(0, 1)


def _solve(room: torch.Tensor, square: torch.Tensor, target: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Solve sum_i min(s square_i, room_i) = target for s, one picture a row; all tensors (B, n).

    The left side is concave and piecewise linear in s, so that Newton's steps from below end at the root.

    Returns:
        s, shape (B,), and which values are then not clipped, shape (B, n).
    """
    limit = room / square.clamp_min(TINY)  # the s at which a value meets its bound
    largest = limit.where(square > TINY, torch.zeros_like(limit)).amax(dim=1)
    s = torch.minimum(target / square.sum(dim=1).clamp_min(TINY), largest)
    for _ in range(NEWTON_STEPS):
        free = limit > s[:, None]
        slope = (square * free).sum(dim=1)
        following = (target - (room * ~free).sum(dim=1)) / slope.clamp_min(TINY)
        following = torch.minimum(torch.maximum(following, s), largest)
        done = bool((following <= s * (1 + RELATIVE_TOLERANCE)).all())
        s = following
        if done:
            break
    return s, limit > s[:, None]
