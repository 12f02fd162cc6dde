"""A training: its loss, its samples, the machine it runs on."""
