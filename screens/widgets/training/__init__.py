"""Curves, film strips and tables of a training."""
