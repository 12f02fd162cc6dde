"""From pixels to the bytes that a terminal draws: kitty's protocol, sixel. Pure functions."""
