"""Prompt embeddings: computed once, kept on the disk, or brought from elsewhere."""
