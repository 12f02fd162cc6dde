"""Digits: train, sample and evaluate MNIST models."""
