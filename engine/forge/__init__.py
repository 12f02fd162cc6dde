"""Builds a small cascade in DeepFloyd IF's format from captioned pictures."""
