"""Drawing by keyboard and mouse: the pixels, the tools and their lines."""
