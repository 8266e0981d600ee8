"""The version of the specification that fixes every byte of a corrupted picture."""

SPECIFICATION = 0  # 0 while the engine is being built: bytes may still move; frozen as 1 afterwards
