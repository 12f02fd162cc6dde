"""The bundled pictures, drawn by us: `python -m tests.tools.drawings` writes assets/images."""
