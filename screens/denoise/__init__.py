"""Denoise: a picture under noise, and the ways back, side by side."""
