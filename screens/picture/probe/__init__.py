"""How a terminal is asked what it can: the questions, its answers, and keys typed meanwhile."""
