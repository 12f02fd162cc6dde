"""The engine: what can be asked (specs), what happens (events), and the work itself."""
