"""Collections from the network, fetched when asked for."""
