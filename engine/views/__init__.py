"""Views: ways to look at a square picture, for anagrams. Torch-free.

A view is a linear map that keeps independent unit noise what it is, that is, an orthogonal one
(Geng et al. 2024, "Visual Anagrams", arXiv 2311.17919). Each is data (`LinearMap`), so that
screens, exports and the network see through one and the same. The built-in ones are in `builtin/`,
a file each; persons bring their own as .png, .py or .safetensors.
"""

from engine.views.animate import between, turning
from engine.views.resolve import FILES, names, open_view, view
from engine.views.storage import keep
from engine.views.view import LinearMap, Resolution, View

__all__ = [
    "FILES",
    "LinearMap",
    "Resolution",
    "View",
    "between",
    "keep",
    "names",
    "open_view",
    "turning",
    "view",
]
