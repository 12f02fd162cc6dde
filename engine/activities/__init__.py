"""One entry point an activity: its ``run`` turns a spec into a stream of events."""
