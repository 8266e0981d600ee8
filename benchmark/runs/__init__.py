"""What keeps a run from being lost: its folder with a journal of finished parts, and a cache across runs."""
