"""The animation of an illusion: what it rests on, and that it comes back to where it began."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from engine.runs.export import export
from engine.runs.illusions.animation import REST, STEP, TURN, moves, shots
from engine.runs.illusions.display import IllusionPictures
from engine.views import Resolution, view
from tests.engine.runs.illusory import SIDE, illusion, picture

THREE = {"first": "a", "second": "b", "third": "c", "view": "identity,rotate-90,jigsaw"}
PAIR = {"low": "a skull", "high": "a rocket"}


def seen(name: str, sample: int = 0) -> bytes:
    return view(name).at(Resolution(SIDE)).seen_image(picture(sample)).tobytes()


def gif(path: Path) -> Iterator[tuple[Image.Image, int]]:
    with Image.open(path) as image:
        assert image.info["loop"] == 0
        for index in range(image.n_frames):  # type: ignore[attr-defined]
            image.seek(index)
            yield image.convert("RGB"), image.info["duration"]


def test_it_rests_on_every_reading_and_comes_back(tmp_path: Path) -> None:
    run = illusion(tmp_path / "r", "anagram", count=2, **THREE)
    found = shots(IllusionPictures.of(run), 1)
    rests = [shot.image.tobytes() for shot in found if shot.milliseconds == REST]
    assert rests == [seen(name, 1) for name in ("identity", "rotate-90", "jigsaw")]
    assert found[-1].image.tobytes() == rests[0]
    assert len(found) == 3 * (TURN - 1) + 1
    assert {shot.milliseconds for shot in found} == {REST, STEP}


def test_in_the_gif_a_rest_is_the_reading_to_the_byte(tmp_path: Path) -> None:
    export(illusion(tmp_path / "r", "anagram", **THREE), tmp_path / "a.gif")
    frames = list(gif(tmp_path / "a.gif"))
    rests = [image for image, duration in frames if duration >= REST]
    small = [image.resize((SIDE, SIDE), Image.Resampling.NEAREST) for image in rests]
    assert [s.tobytes() for s in small] == [
        seen(name) for name in ("identity", "rotate-90", "jigsaw")
    ]
    for large, image in zip(rests, small, strict=True):
        assert large.tobytes() == image.resize((256, 256), Image.Resampling.NEAREST).tobytes()


def test_a_hybrid_goes_away_and_comes_back(tmp_path: Path) -> None:
    found = shots(IllusionPictures.of(illusion(tmp_path / "r", "hybrid", **PAIR)), 0)
    images = [shot.image for shot in found]
    assert images[0].tobytes() == picture(0).resize((256, 256), Image.Resampling.NEAREST).tobytes()
    assert [i for i, shot in enumerate(found) if shot.milliseconds == REST] == [0, TURN - 1]
    grounds = [image.histogram()[128] for image in images]
    assert grounds[:TURN] == sorted(grounds[:TURN])
    assert [i.tobytes() for i in images] == [i.tobytes() for i in reversed(images)]
    corner = images[TURN - 1].crop((0, 0, 112, 256)).getcolors()
    assert corner == [(112 * 256, (128, 128, 128))]


def test_by_colour_it_fades_to_grey(tmp_path: Path) -> None:
    looked = IllusionPictures.of(illusion(tmp_path / "r", "hybrid", **PAIR, factor="colour"))
    found = shots(looked, 0)
    assert found[0].image.tobytes() == picture(0).tobytes()
    assert found[TURN - 1].image.tobytes() == looked.bands(0)["grey"].tobytes()


@pytest.mark.parametrize(
    ("kind", "fields", "own"),
    [
        ("anagram", THREE, True),
        ("hybrid", PAIR, True),
        ("hybrid", PAIR | {"factor": "scale"}, False),
        ("compose", {"term": "a||low; b|flip|high"}, True),
        ("compose", {"term": "a; b"}, False),
    ],
)
def test_what_has_one_reading_shows_its_steps(
    tmp_path: Path, kind: str, fields: dict[str, Any], own: bool
) -> None:
    run = illusion(tmp_path / "r", kind, **fields)
    assert moves(run.spec) is own
    export(run, tmp_path / "a.gif")
    assert (len(list(gif(tmp_path / "a.gif"))) > 1) is own


def test_the_steps_of_an_illusion_are_still_had(tmp_path: Path) -> None:
    export(illusion(tmp_path / "r", "anagram", **THREE), tmp_path / "a.steps.gif")
    ((image, _),) = gif(tmp_path / "a.steps.gif")
    assert image.getpixel((128, 128)) == (40, 0, 7)
