"""Inpaint: a mask over a picture, and what is drawn where it is white."""
