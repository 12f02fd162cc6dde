"""A form made from a spec: its rows and fields."""
