"""How `hzbench export --format onnx-int8` quantises: chosen on clean and corrupted validation pictures.

Ranges are the central 99.99 % of what calibration pictures give: MobileNetV3's hard-swish and squeeze-excite
blocks have rare large values, and plain minimum and maximum would spend most steps on them
(docs/guide/your-own-model.md has the figures).
"""

from __future__ import annotations

OPERATORS = ("Conv", "Gemm", "MatMul")
"""Quantised; what lies between them computes in float32."""

PERCENT = 99.99
"""Of the values of a tensor that lie in its range; the rest, half on each side, is clipped."""

BINS = 4096
"""Of the histogram that the range is read from."""

RECIPE = (
    f"QDQ, per channel, weights and activations int8, {' '.join(OPERATORS)}, "
    f"ranges of {PERCENT} % of the values on clean pictures"
)
"""What an exported file says of itself."""
