"""Light on a drawing: relief from its outline, cast shadows, grounds that fall off."""

import random
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter
from scipy import ndimage

Array = NDArray[np.float32]
AMBIENT, DIFFUSE, SHINE = 0.5, 0.62, 0.35
ROUND = 0.16
"""How far a drawing's rim is rounded, as a share of the side."""


@dataclass(frozen=True)
class Light:
    """The direction towards a lamp, a unit vector: x to the right, y down, z to the viewer."""

    x: float
    y: float
    z: float

    @classmethod
    def above(cls, rng: random.Random) -> "Light":
        """From above, at the left or at the right."""
        vector = np.array([rng.choice((-1, 1)) * rng.uniform(0.25, 0.75), -0.7, 0.8])
        return cls(*(float(part) for part in vector / np.linalg.norm(vector)))


def relief(art: Image.Image, light: Light) -> Image.Image:
    """A flat RGBA drawing as a body that is round at its rim and lit: Lambert's law and a shine.

    Its height over the ground grows with the distance to the outline as a quarter circle does;
    the drawing's own tones raise it a little more, so that what is inside has relief too.
    """
    alpha: Array = np.asarray(art.getchannel("A"), np.float32) / np.float32(255)
    height = _height(art, alpha)
    down, right = np.gradient(height)
    length = np.sqrt(right**2 + down**2 + 1)
    facing = np.clip((-right * light.x - down * light.y + light.z) / length, 0, 1)
    colours = np.asarray(art.convert("RGB"), np.float32) / 255
    lit = colours * (AMBIENT + DIFFUSE * facing)[..., None]
    lit += (SHINE * facing**24)[..., None]
    shaded = np.dstack([np.clip(lit, 0, 1), alpha])
    return Image.fromarray((255 * shaded).round().astype(np.uint8), "RGBA")


def _height(art: Image.Image, alpha: Array) -> Array:
    """Pixels over the ground, (H,W)."""
    reach = ROUND * art.width
    inside = np.minimum(ndimage.distance_transform_edt(alpha > 0.5) / reach, 1)
    body = reach * np.sqrt(1 - (1 - inside) ** 2)
    tones = np.asarray(art.convert("L"), np.float32) / 255
    height: Array = ndimage.gaussian_filter(body + 0.05 * reach * tones, art.width / 64)
    return height.astype(np.float32)


def ground(size: tuple[int, int], colour: tuple[int, int, int], light: Light) -> Image.Image:
    """A ground of a colour that is brighter towards the light and falls off away from it."""
    width, height = size
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    across, along = columns / width - 0.5, rows / height - 0.5
    towards = across * light.x + along * light.y
    shade = 1 + 0.22 * towards - 0.18 * (across**2 + along**2)
    flat = np.asarray(colour, np.float32) + 4
    lit = np.clip(flat * shade[..., None], 0, 255)
    return Image.fromarray(lit.round().astype(np.uint8), "RGB")


def shadowed(
    ground: Image.Image, art: Image.Image, light: Light, depth: float = 0.5
) -> Image.Image:
    """The ground with the soft shadow of an RGBA drawing on it, away from the light."""
    side = art.width
    away = (-light.x * side / 12, -light.y * side / 12)
    cast = art.getchannel("A").transform(
        art.size, Image.Transform.AFFINE, (1, 0, -away[0], 0, 1, -away[1]),
        Image.Resampling.BILINEAR,
    )  # fmt: skip
    soft = cast.filter(ImageFilter.GaussianBlur(side / 24)).point(lambda value: value * depth)
    return Image.composite(Image.new("RGB", art.size), ground, soft)
