"""Witness of Gaussian blur."""

from glass_blur import filtered

ROW_AND_RADIUS = [(2, 4), (5, 8), (6, 12), (7, 16), (8, 24)]


def gaussian_blur(image, severity, stream):
    """Filter once."""
    return filtered(image, *ROW_AND_RADIUS[severity - 1])
