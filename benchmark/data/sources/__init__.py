"""One file for each source of photographs."""
