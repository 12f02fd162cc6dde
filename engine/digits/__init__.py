"""Digit models: the UNets of the course's Part B, their data, their training."""
