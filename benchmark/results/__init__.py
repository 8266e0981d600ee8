"""One result: its schema, how it is computed, and how it is stored beside its predictions."""
