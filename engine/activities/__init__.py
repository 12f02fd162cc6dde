"""One file per spec: the recipe that turns a spec into a stream of events."""
