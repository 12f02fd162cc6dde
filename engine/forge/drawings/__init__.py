"""Drawings of concepts by many hands, and the captioned pictures that are made of them."""
