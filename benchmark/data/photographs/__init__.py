"""From a photograph to its canonical pixels, and what can be told from them."""
