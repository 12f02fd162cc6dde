"""Runs of every kind as events, without a model."""
