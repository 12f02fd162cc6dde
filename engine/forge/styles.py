"""Pictures restyled with Pillow: each function takes the art (RGBA) and the ground's colour."""

import random
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageChops, ImageEnhance, ImageFilter, ImageOps

from engine.forge import shading
from engine.forge.captions import Colour

Style = Callable[[Image.Image, Colour, random.Random], Image.Image]
FINE = 128


def _unit(picture: Image.Image) -> int:
    """How many pixels of a picture are one of a picture of 128 px: grain and strokes grow with it,
    so that a style looks the same when a larger picture is reduced."""
    return max(1, picture.width // FINE)


def _noise(size: tuple[int, int], scale: int, rng: random.Random, unit: int = 1) -> Image.Image:
    """Grey noise, uniform in 0..255, whose grains are `scale` units of `unit` pixels wide."""
    whole = (max(1, size[0] // unit), max(1, size[1] // unit))
    small = (max(1, whole[0] // scale), max(1, whole[1] // scale))
    grain = np.random.default_rng(rng.getrandbits(32)).integers(0, 256, small[::-1], np.uint8)
    smooth = Image.fromarray(grain).resize(whole, Image.Resampling.BILINEAR)
    return smooth.resize(size, Image.Resampling.NEAREST)


def _over(art: Image.Image, ground: Image.Image | Colour) -> Image.Image:
    if not isinstance(ground, Image.Image):
        ground = Image.new("RGB", art.size, ground)
    return Image.composite(art.convert("RGB"), ground, art.getchannel("A"))


def plain(art: Image.Image, colour: Colour, rng: random.Random) -> Image.Image:
    """The drawing on a flat ground."""
    return _over(art, colour)


def photo(art: Image.Image, colour: Colour, rng: random.Random) -> Image.Image:
    """A body in relief under a lamp, its cast shadow, a ground that falls off, a little blur."""
    light = shading.Light.above(rng)
    ground = shading.shadowed(shading.ground(art.size, colour, light), art, light)
    unit = _unit(art)
    picture = _over(shading.relief(art, light), ground).filter(ImageFilter.GaussianBlur(0.6 * unit))
    grain = Image.merge("RGB", [_noise(art.size, 1, rng, unit)] * 3)
    return Image.blend(picture, grain, 0.03)


def render(art: Image.Image, colour: Colour, rng: random.Random) -> Image.Image:
    """A drawing that is shaded already, with a faint shadow on a ground that falls off."""
    light = shading.Light.above(rng)
    ground = shading.ground(art.size, colour, light)
    return _over(art, shading.shadowed(ground, art, light, depth=0.3))


def oil(art: Image.Image, colour: Colour, rng: random.Random) -> Image.Image:
    """Patches of one colour (mode filter), strokes in relief, warm and saturated."""
    flat, unit = _over(art, colour), _unit(art)
    half = flat.resize((flat.width // 2, flat.height // 2), Image.Resampling.BOX)
    strokes = _noise(half.size, 3, rng, unit)
    bumpy = Image.blend(half, Image.merge("RGB", [strokes] * 3), 0.2)
    painted = bumpy.quantize(48).convert("RGB").filter(ImageFilter.ModeFilter(4 * unit + 1))
    painted = ImageEnhance.Color(ImageEnhance.Contrast(painted).enhance(1.25)).enhance(1.3)
    big = painted.resize(flat.size, Image.Resampling.BICUBIC)
    return ImageChops.multiply(big, Image.new("RGB", big.size, (255, 246, 226)))


def pencil(art: Image.Image, colour: Colour, rng: random.Random) -> Image.Image:
    """Colour dodge of the grey picture by its blurred negative, on tinted paper."""
    grey = ImageOps.grayscale(_over(art, (255, 255, 255)))
    soft = ImageOps.invert(grey).filter(ImageFilter.GaussianBlur(art.width / 24))
    top, low = np.asarray(grey, np.float32), 255 - np.asarray(soft, np.float32)
    lines = np.clip(top * 255 / np.maximum(low, 1), 0, 255)
    # A dodge leaves flat areas white; a share of the grey keeps the object's tone.
    drawn = Image.fromarray((0.6 * lines * lines / 255 + 0.4 * top).astype(np.uint8))
    return _ink(drawn, colour, rng)


def lithograph(art: Image.Image, colour: Colour, rng: random.Random) -> Image.Image:
    """Four greys with a stone's grain, printed in black on coloured paper."""
    grey = ImageOps.autocontrast(ImageOps.grayscale(_over(art, (255, 255, 255))))
    grainy = Image.blend(grey, _noise(art.size, 2, rng, _unit(art)), 0.18)
    return _ink(ImageOps.posterize(grainy, 2), colour, rng, grain=0.0)


def _ink(drawn: Image.Image, colour: Colour, rng: random.Random, grain: float = 0.1) -> Image.Image:
    """Multiply black ink with the paper; black paper takes white chalk instead."""
    paper = Image.new("RGB", drawn.size, colour)
    if grain:
        rough = Image.merge("RGB", [_noise(drawn.size, 1, rng, _unit(drawn))] * 3)
        paper = Image.blend(paper, rough, grain)
    if sum(colour) < 90:
        return ImageChops.screen(paper, ImageOps.invert(drawn).convert("RGB"))
    return ImageChops.multiply(paper, drawn.convert("RGB"))


def watercolor(art: Image.Image, colour: Colour, rng: random.Random) -> Image.Image:
    """Pale washes that run (blur, displaced edges) with darker rims, on rough paper."""
    flat, unit = _over(art, colour), _unit(art)
    smooth = flat.filter(ImageFilter.MedianFilter(4 * unit + 1))
    wash = smooth.filter(ImageFilter.GaussianBlur(1.6 * unit))
    wash = ImageEnhance.Color(wash).enhance(1.15)
    pale = Image.blend(wash, Image.new("RGB", wash.size, (255, 255, 255)), 0.3)
    rims = ImageOps.invert(ImageOps.grayscale(wash).filter(ImageFilter.FIND_EDGES))
    rims = Image.eval(rims, lambda value: 155 + value * 100 // 255)
    cloud = Image.eval(_noise(flat.size, 16, rng, unit), lambda value: 205 + value * 50 // 255)
    paper = ImageChops.multiply(rims, cloud)
    return ImageChops.multiply(pale, Image.merge("RGB", [paper] * 3))


STYLE_FILTERS: dict[str, Style] = {
    "plain": plain, "photo": photo, "oil": oil, "pencil": pencil, "lithograph": lithograph,
    "watercolor": watercolor, "render": render,
}  # fmt: skip
