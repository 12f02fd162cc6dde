"""How sets name their drawings: by code points, or by words."""

import re
import unicodedata

from engine.forge.captions import Concept

VARIANT = "fe0f"  # asks for colour; some sets write it, some do not


def code_of(name: str) -> str:
    """The hex code points in a file's name, without the variant selector; empty where there are
    none: "emoji_u1f9d1_200d_1f680" is "1f9d1-200d-1f680", "1F3D4-FE0F" is "1f3d4"."""
    plain = name.lower().removeprefix("emoji_u").removeprefix("u+").replace("_", "-")
    points = [point for point in plain.split("-") if point != VARIANT]
    hexadecimal = all(re.fullmatch("[0-9a-f]{2,6}", point) for point in points)
    a_word = not re.search("[0-9]", plain)  # such as "bed"
    return "" if a_word or not hexadecimal else "-".join(point.lstrip("0") for point in points)


def squashed(name: str) -> str:
    """A name without case, spaces, marks and the number of a variant: "Cat-Face-2" is "catface"."""
    return re.sub("[^a-z0-9]", "", re.sub(r"-\d$", "", name.lower()))


def names_of(concept: Concept) -> list[str]:
    """Squashed names that a set may have for a concept: Unicode's, then its phrases."""
    single = re.fullmatch("[0-9a-f]+", concept.code)
    unicode_name = [unicodedata.name(chr(int(concept.code, 16)), "")] if single else []
    bare = [re.sub("^(a|an|the) ", "", phrase) for phrase in concept.phrases]
    return [name for name in map(squashed, [*unicode_name, *bare]) if name]
