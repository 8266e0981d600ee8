"""Ways to draw another view of one picture, uint8 (H, W, 3), one file each."""
