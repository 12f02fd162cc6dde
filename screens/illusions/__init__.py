"""Illusions: anagrams, hybrids and compositions in all their readings."""
