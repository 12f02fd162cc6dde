"""An independent eye: a small classifier that says which concept, colour and style it sees."""
