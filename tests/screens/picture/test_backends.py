"""Protocols for pictures: each is a file, and one more file is one more protocol."""

import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from textual.app import App, ComposeResult

from engine.errors import BadInput, Unavailable
from screens.picture import backends, picture_mode, report
from screens.picture.backends.base import Terminal
from screens.picture.capabilities import Capabilities
from screens.picture.pacer import Pacer
from screens.picture.picture_mode import best, names, protocol
from screens.picture.picture_states import PictureStates
from screens.picture.scheduler import PictureScheduler, Sender
from screens.picture.widget import Picture
from tests.screens.picture.test_scheduler import Bench
from tests.support.fake_runs import generate

PRETENDED = '''
"""Writes how large a picture is, in pixels of its own."""

from functools import partial

from screens.picture.backends.base import ImageProtocol
from screens.picture.quality import Quality
from screens.picture.transmission import Chunk, Transmission


class Words:
    fragile, cells = False, False

    def spot(self, region):
        return region.columns, region.rows

    def encoder(self, state, picture, region, quality, chunk_size):
        return partial(self._encode, quality.sized(picture.image).size)

    def release(self, state):
        return b"gone."

    def body(self, picture):
        return lambda *_: []

    def _encode(self, size):
        return Transmission([Chunk(f"{size[0]} by {size[1]}.".encode())])


PROTOCOL = ImageProtocol(
    title="words",
    rank=9,
    supported=lambda found: found.name == "talker",
    ladder=(Quality(None, 1, 1.0),),
    open=lambda terminal: Words(),
    refusal=lambda found: "words reach nobody over SSH" if found.ssh else "",
)
'''
TALKER = Capabilities("talker", asked=True)


@pytest.fixture
def words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    (tmp_path / "words.py").write_text(PRETENDED)
    monkeypatch.setattr(backends, "__path__", [*backends.__path__, str(tmp_path)])
    yield "words"
    picture_mode.choose("half")
    sys.modules.pop(f"{backends.__name__}.words", None)


class Shows(App[None]):
    picture_scheduler: PictureScheduler | None = None

    def compose(self) -> ComposeResult:
        yield Picture()


def test_there_are_three() -> None:
    assert names() == ["half", "kitty", "sixel"]
    assert {name: protocol(name).pixels for name in names()} == {
        "half": False,
        "kitty": True,
        "sixel": True,
    }
    for name in names():
        costs = [step.cost for step in protocol(name).ladder]
        assert costs[0] == 1.0
        assert costs == sorted(costs, reverse=True)


def test_another_file_is_another_protocol(words: str) -> None:
    assert words in picture_mode.modes()
    assert best(TALKER) == words
    assert best(Capabilities()) == "half"
    picture_mode.choose("auto", TALKER)
    assert (picture_mode.chosen(), picture_mode.fine(), picture_mode.asks(words)) == (
        words,
        True,
        True,
    )
    found = {topic: text for topic, _, text, _ in report.findings(TALKER, (80, 24), False)}
    assert found["pictures"] == "words, which --images auto takes"
    with pytest.raises(Unavailable, match="over SSH"):
        picture_mode.choose(words, Capabilities("talker", ssh=True))


def test_without_the_file_it_is_unknown() -> None:
    with pytest.raises(BadInput, match="auto, half, kitty, sixel, off"):
        picture_mode.choose("words")


async def test_pictures_go_by_it(words: str) -> None:
    picture_mode.choose(words, TALKER)
    bench, app = Bench(), Shows()
    async with app.run_test(size=(20, 10)) as pilot:
        await pilot.pause()
        backend = protocol(words).open(Terminal(TALKER, lambda: (10, 20), lambda: 10))
        pacer = Pacer(protocol(words).ladder, lambda: bench.now)
        states = PictureStates(backend, pacer.now, count())
        app.picture_scheduler = PictureScheduler(states, Sender(bench, pacer), bench, bench)
        picture = app.query_one(Picture)
        picture.show(generate.drawing(32))
        await pilot.pause()
        assert bench.sent == ["32 by 32."]
        picture.show(None)
        assert bench.sent[-1] == "gone."
