"""Every colour mode simply works; what is no picture is one line; nothing is taken on trust."""

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from engine.errors import BadInput
from engine.pictures.decode import decoded
from tests.engine.pictures.misbehaving import bomb, png

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
GREY = (100, 100, 100)


def _file(image: Image.Image, kind: str = "PNG", **how: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **how)
    return buffer.getvalue()


def _noise(side: int = 24) -> Image.Image:
    draw = np.random.default_rng(0).integers(0, 256, (side, side, 3), np.uint8)
    return Image.fromarray(draw)


def _sixteen(level: int) -> Image.Image:
    return Image.fromarray(np.full((4, 4), level, np.uint16))


@pytest.mark.parametrize("kind", FORMATS)
def test_the_six_formats_are_known_by_their_content(kind: str) -> None:
    image, note = decoded(_file(Image.new("RGB", (5, 4), GREY), kind), "x")
    assert (image.mode, image.size, note) == ("RGB", (5, 4), "")
    assert np.abs(np.asarray(image, int) - 100).max() <= 2


@pytest.mark.parametrize(
    ("image", "kind", "shown", "note"),
    [
        (Image.new("L", (4, 4), 100), "PNG", GREY, ""),
        (Image.new("1", (4, 4), 1), "PNG", (255, 255, 255), ""),
        (Image.new("1", (4, 4), 1), "TIFF", (255, 255, 255), ""),
        (Image.new("RGB", (4, 4), GREY).convert("P"), "PNG", (102, 102, 102), ""),
        (Image.new("CMYK", (4, 4), (0, 255, 255, 0)), "TIFF", (255, 0, 0), ""),
        (Image.new("CMYK", (4, 4), (0, 255, 255, 0)), "JPEG", (254, 0, 0), ""),
        (Image.new("YCbCr", (4, 4), (100, 128, 128)), "TIFF", GREY, ""),
        (Image.new("LA", (4, 4), (0, 0)), "PNG", (255, 255, 255), "transparency on white"),
        (Image.new("LA", (4, 4), (100, 255)), "PNG", GREY, "transparency on white"),
        (Image.new("RGBA", (4, 4), (255, 0, 0, 127)), "PNG", (255, 128, 128),
         "transparency on white"),
        (Image.new("RGBA", (4, 4), (9, 9, 9, 0)), "WEBP", (255, 255, 255),
         "transparency on white"),
        (_sixteen(100 * 257), "PNG", GREY, "16-bit grey made 8-bit"),
        (_sixteen(65535), "TIFF", (255, 255, 255), "16-bit grey made 8-bit"),
        (_sixteen(0), "PNG", (0, 0, 0), "16-bit grey made 8-bit"),
    ],
)  # fmt: skip
def test_every_colour_mode_becomes_rgb(
    image: Image.Image, kind: str, shown: tuple[int, int, int], note: str
) -> None:
    done, said = decoded(_file(image, kind), "x")
    assert (done.mode, said) == ("RGB", note)
    assert np.abs(np.asarray(done, int) - shown).max() <= 1


def test_a_colour_that_stands_for_nothing_is_white() -> None:
    striped = Image.new("P", (4, 4), 0)
    striped.putpalette([255, 0, 0, 0, 0, 255])
    striped.paste(1, (0, 0, 4, 2))
    done, note = decoded(_file(striped, "PNG", transparency=0), "x")
    assert (done.getpixel((0, 0)), done.getpixel((0, 3))) == ((0, 0, 255), (255, 255, 255))
    assert note == "transparency on white"
    keyed, _ = decoded(_file(Image.new("RGB", (2, 2), GREY), "PNG", transparency=GREY), "x")
    assert keyed.getpixel((0, 0)) == (255, 255, 255)


def test_thirty_two_bits_are_shown_by_their_own_range() -> None:
    ramp = np.linspace(-3, 5, 16, dtype=np.float32).reshape(4, 4)
    ramp[0, 1] = np.nan
    done, note = decoded(_file(Image.fromarray(ramp), "TIFF"), "x")
    assert (done.getpixel((0, 0)), done.getpixel((3, 3))) == ((0, 0, 0), (255, 255, 255))
    assert note == "its own range made 8-bit"


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF"])
def test_of_several_frames_the_first_is_taken(kind: str) -> None:
    frames = [Image.new("RGB", (6, 6), c) for c in ("red", "blue", "lime")]
    how = {"lossless": True} if kind == "WEBP" else {}
    data = _file(frames[0], kind, save_all=True, append_images=frames[1:], **how)
    done, note = decoded(data, "x")
    assert done.getpixel((3, 3)) == (255, 0, 0)
    assert note == "took the first frame"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_a_picture_lying_on_its_side_is_turned_upright(kind: str) -> None:
    lying = Image.new("RGB", (16, 8), "red")
    lying.paste("blue", (8, 0, 16, 8))
    exif = Image.Exif()
    exif[0x0112] = 6
    done, note = decoded(_file(lying, kind, exif=exif), "x")
    assert (done.size, note) == ((8, 16), "turned upright")
    assert done.getpixel((4, 2))[0] > 200  # type: ignore[index]
    assert done.getpixel((4, 13))[2] > 200  # type: ignore[index]


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_picture_cut_short_is_one_line(kind: str, share: float) -> None:
    whole = _file(_noise(), kind)
    with pytest.raises(BadInput, match=f"x is cut short, damaged, or an unusual kind of {kind}"):
        decoded(whole[: round(len(whole) * share)], "x")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "x is empty"),
        (b"hello", "x is not a picture: give a PNG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a picture"),
        (b"%PDF-1.7", "not a picture"),
        (b"RIFF\0\0\0\0WAVEfmt ", "not a picture"),
        (b"P6 2 2 255 " + bytes(12), "not a picture"),
        (b"\x89PNG\r\n\x1a\n", "cut short"),
        (bomb(60_000, 60_000), "more than 64 million pixels"),
        (bomb(10_000, 9_000), "more than 64 million pixels"),
        (bomb(8_000, 8_001), "more than 64 million pixels"),
        (bomb(2**31 - 1, 2**31 - 1), "more than 64 million pixels"),
        (bomb(0, 0), "no pixels|cut short"),
        (bomb(0, 5), "no pixels|cut short"),
        (bomb(100, 100), "cut short"),
        (b"GIF89a" + bytes(7) + b";", "no pixels|cut short"),
    ],
)
def test_what_is_no_picture_is_one_line(data: bytes, said: str) -> None:
    with pytest.raises(BadInput, match=said) as caught:
        decoded(data, "x")
    assert "\n" not in str(caught.value)


def test_bytes_gone_wrong_never_escape_as_another_error() -> None:
    draw = np.random.default_rng(0)
    for kind in FORMATS:
        whole = np.frombuffer(_file(_noise(), kind), np.uint8)
        for _ in range(40):
            torn = whole.copy()
            torn[draw.integers(0, len(torn), 4)] = draw.integers(0, 256, 4)
            try:
                image, _note = decoded(torn.tobytes(), "x")
            except BadInput:
                continue
            assert image.mode == "RGB"


def test_a_warning_about_an_odd_file_stays_off_the_terminal(
    recwarn: pytest.WarningsRecorder,
) -> None:
    exif = Image.Exif()
    exif[0x0112] = 1
    torn = _file(_noise(), "JPEG", exif=exif).replace(
        b"II*\0\x08\0\0\0\x01\0", b"II*\0\x08\0\0\0\xff\0"
    )
    assert decoded(torn, "x")[0].size == (24, 24)
    assert not recwarn.list


def test_a_whole_picture_is_whole() -> None:
    assert decoded(png(64, 64), "x")[0].size == (64, 64)
