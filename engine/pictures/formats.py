"""Which of the six formats some bytes are, by their beginning and never by a name."""

FORMATS = "PNG, JPEG, WEBP, GIF, BMP or TIFF"
LONGEST = 12
"""So many bytes are enough to tell."""

_BEGINNINGS = {
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF87a": "GIF",
    b"GIF89a": "GIF",
    b"BM": "BMP",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
    b"II+\0": "TIFF",
    b"MM\0+": "TIFF",
}


def sniffed(data: bytes) -> str | None:
    """The format's name as Pillow has it, or None for what is none of the six."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    return next((name for start, name in _BEGINNINGS.items() if data.startswith(start)), None)
