"""From a source's pictures to a dataset on disk."""
