"""Pictures that come in: from a file, the web, a run, or the bundled ones. Torch-free."""

from engine.pictures.fit import How, fitted, squared, to_array, to_image
from engine.pictures.masks import Mask, open_mask
from engine.pictures.sources import BUNDLED, Loaded, open_picture

__all__ = [
    "BUNDLED",
    "How",
    "Loaded",
    "Mask",
    "fitted",
    "open_mask",
    "open_picture",
    "squared",
    "to_array",
    "to_image",
]
