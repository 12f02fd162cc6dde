"""The bundled pictures, drawn by us: `python -m tests.drawings` writes assets/images."""
