"""Small modal screens: pick one, type a line, look at one picture."""
