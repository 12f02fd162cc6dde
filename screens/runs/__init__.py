"""Runs: every run and training, live or old."""
