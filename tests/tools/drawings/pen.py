"""A pen that draws smooth, shaded shapes on a square of 256 units."""

from collections.abc import Sequence

from PIL import Image, ImageColor, ImageDraw, ImageFilter

SIDE, OVER = 256, 4
Points = Sequence[tuple[float, float]]


class Pen:
    """Shapes filled from a colour above to a colour below; edges are smooth once shrunk."""

    def __init__(self, above: str, below: str) -> None:
        self.image = Image.new("RGB", (SIDE * OVER, SIDE * OVER))
        self._fill(Image.new("L", self.image.size, 255), above, below)

    def finished(self) -> Image.Image:
        """The drawing at 256 × 256."""
        return self.image.resize((SIDE, SIDE), Image.Resampling.BOX)

    def ellipse(self, x: float, y: float, rx: float, ry: float, above: str, below: str) -> None:
        """Around (x, y) with radii rx and ry."""
        mask, draw = self._mask()
        draw.ellipse(_scaled((x - rx, y - ry, x + rx, y + ry)), 255)
        self._fill(mask, above, below)

    def box(
        self, left: float, top: float, right: float, bottom: float,
        above: str, below: str, radius: float = 0,
    ) -> None:  # fmt: skip
        """With round corners of that radius."""
        mask, draw = self._mask()
        draw.rounded_rectangle(_scaled((left, top, right, bottom)), radius * OVER, 255)
        self._fill(mask, above, below)

    def shape(self, points: Points, above: str, below: str) -> None:
        """A polygon."""
        mask, draw = self._mask()
        draw.polygon([tuple(_scaled(p)) for p in points], 255)
        self._fill(mask, above, below)

    def line(self, points: Points, width: float, colour: str) -> None:
        """A line with round joints and ends."""
        mask, draw = self._mask()
        draw.line([tuple(_scaled(p)) for p in points], 255, round(width * OVER), "curve")
        for x, y in (points[0], points[-1]):
            r = width / 2
            draw.ellipse(_scaled((x - r, y - r, x + r, y + r)), 255)
        self._fill(mask, colour, colour)

    def shade(self, points: Points, strength: float, blur: float, colour: str = "black") -> None:
        """A soft shadow or light."""
        mask, draw = self._mask()
        draw.polygon([tuple(_scaled(p)) for p in points], round(255 * strength))
        self._fill(mask.filter(ImageFilter.GaussianBlur(blur * OVER)), colour, colour)

    def _mask(self) -> tuple[Image.Image, ImageDraw.ImageDraw]:
        mask = Image.new("L", self.image.size, 0)
        return mask, ImageDraw.Draw(mask)

    def _fill(self, mask: Image.Image, above: str, below: str) -> None:
        box = mask.getbbox()
        if box is None:
            return
        size = (box[2] - box[0], box[3] - box[1])
        ends = [Image.new("RGB", size, ImageColor.getrgb(c)) for c in (above, below)]
        ramp = Image.linear_gradient("L").resize(size)
        self.image.paste(Image.composite(ends[1], ends[0], ramp), box[:2], mask.crop(box))


def _scaled(values: Sequence[float]) -> list[float]:
    return [v * OVER for v in values]
