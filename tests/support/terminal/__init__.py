"""Terminals for tests: real ptys, screen models, slow links, decoders."""
