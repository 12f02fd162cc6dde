"""A picture with fewer colours, quickly: noise is the usual case, and it comes every frame."""

from PIL import Image

MOST = 256


def reduced(image: Image.Image, colours: int | None) -> Image.Image:
    """``image`` with at most ``colours`` (2 to 256) of its own, mode P; as RGB for None.

    Not dithered: what stays the same from step to step should look the same.
    """
    image = image.convert("RGB")
    if colours is None:
        return image
    if not 2 <= colours <= MOST:
        raise ValueError(f"{colours} colours: use 2 to {MOST}")
    return image.quantize(colours, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
