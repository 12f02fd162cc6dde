"""Illusions, driven by keys: three forms, readings, turning, afar and bands, branches."""

from typing import Any

import pytest
from PIL import Image

from engine.specs import Anagram, Compose, Generate, Hybrid, Illusion
from engine.views import Square, view
from screens import afar, illusion_panes
from tests import fakes
from tests.tui.conftest import place

FEW = {"steps": 6, "stage2_steps": 4}
TWO = {"first": "an oil painting of a man", "second": "an oil painting of a fire"}
PAIR = {"low": "a skull", "high": "a waterfall"}


def labels(screen: Any) -> list[str]:
    """What stands above the pictures."""
    return [picture.label for picture in screen.scope.panes.query("Picture")]


def images(screen: Any) -> list[Image.Image]:
    return [picture.image for picture in screen.scope.panes.query("Picture")]


def asked(it: Any) -> list[Illusion]:
    return [spec for spec in it.worker.asked if isinstance(spec, Illusion)]


def seen(name: str, image: Image.Image, cells: int = 32) -> bytes:
    return view(name).at(Square(image.width, cells)).seen_image(image).tobytes()


async def fill(it: Any, screen: Any, kind: str, **fields: Any) -> None:
    """Type into the form of a kind."""
    screen.ask.show(kind)
    screen.ask.form.set_values(FEW | fields)
    await it.pilot.pause()


async def ran(it: Any, screen: Any, events: int = 10_000) -> Illusion:
    """Run what is typed, and let ``events`` of it happen."""
    before = len(asked(it))
    await it.pilot.press("ctrl+g")
    await it.until(lambda: len(asked(it)) > before, "the request")
    it.worker.play(events)
    await settled(it)
    return asked(it)[-1]


async def settled(it: Any) -> None:
    for _ in range(3):
        await it.pilot.pause()
        await it.app.workers.wait_for_complete()
    await it.pilot.pause()


async def test_an_anagram_is_asked_for_and_all_its_readings_are_seen(driven: Any) -> None:
    async with driven() as it:
        screen = await it.at("illusions")
        assert screen.ask.kind == "anagram"
        assert it.app.focused is screen.ask.form.rows["first"].field
        await fill(it, screen, "anagram", **TWO, view="identity,rotate-90")
        spec = await ran(it, screen)
        assert isinstance(spec, Anagram)
        assert spec.view == ("identity", "rotate-90")
        whole = screen.trace.frames[-1].sheet.picture("x0")
        assert images(screen)[0].tobytes() == whole.tobytes()
        assert images(screen)[1].tobytes() == seen("rotate-90", whole)
        assert labels(screen) == ["x̂0 · identity · …man", "rotate-90 · …fire"]
