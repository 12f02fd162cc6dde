"""What the judges of cascades and of digits share: their blocks, a distance, a machine's name."""
