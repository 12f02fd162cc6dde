"""One trainer for everything that is trained here: digit models and cascades."""
