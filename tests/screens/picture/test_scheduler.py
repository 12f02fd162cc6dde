"""Which picture is sent when: with a clock, a worker and a terminal of the test's own."""

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from PIL import Image
from textual.app import App, ComposeResult
from textual.containers import VerticalScroll
from textual.screen import ModalScreen

from screens.picture import picture_mode
from screens.picture.backends.kitty import Kitty
from screens.picture.pacer import Pacer, ProbeIds
from screens.picture.picture_mode import protocol
from screens.picture.picture_states import REST, PictureStates
from screens.picture.scheduler import Done, PictureScheduler, Sender, Work
from screens.picture.widget import Picture
from tests.support.fake_runs import generate
from tests.support.terminal.decoders.kitty import Kitty as Terminal


class Bench:
    """The driver, the worker and the loop at once; ``answer`` is the terminal's."""

    def __init__(self) -> None:
        self.now = 100.0
        self.sent: list[str] = []
        self.probes: list[ProbeIds] = []
        self.errors: list[Exception] = []
        self.works: list[tuple[Work, Done]] = []
        self.terminal = Terminal()
        pacer = Pacer(protocol("kitty").ladder, lambda: self.now, round_trip=0.001)
        states = PictureStates(Kitty(True, False), pacer.now, count(1000))
        self.scheduler = PictureScheduler(states, Sender(self, pacer), self, self)

    def send(self, data: str, probes: ProbeIds) -> None:
        self.probes.append(probes)
        self.write(data)

    def write(self, data: str) -> None:
        if data:
            self.sent.append(data)
            self.terminal.feed(data.encode())

    def put(self, work: Work, done: Done) -> None:
        done(work())

    def soon(self, call: Callable[[], object]) -> None:
        call()

    def later(self, seconds: float, call: Callable[[], object]) -> None:
        """The test says when."""

    def failed(self, error: Exception) -> None:
        raise error

    def answer(self, after: float = 0.04) -> None:
        """Time passes, the terminal answers, and what waited goes on."""
        self.now += after
        if self.probes:
            head, tail = self.probes.pop(0)
            self.scheduler.pacer.acknowledged(head, self.now - 0.005)
            self.scheduler.pacer.acknowledged(tail, self.now)
        self.scheduler.pump()


class Shows(App[None]):
    CSS = "Picture { height: 10; width: 20; } VerticalScroll { height: 12; }"

    def __init__(self, bench: Bench, many: int = 2) -> None:
        super().__init__()
        self.bench, self.pictures = bench, [Picture() for _ in range(many)]
        self.picture_scheduler: PictureScheduler | None = None

    def compose(self) -> ComposeResult:
        with VerticalScroll():
            yield from self.pictures

    def begin(self) -> None:
        self.picture_scheduler = self.bench.scheduler


@pytest.fixture(autouse=True)
def _kitty() -> Any:
    picture_mode.choose("kitty")
    yield
    picture_mode.choose("half")


def images(number: int) -> list[Image.Image]:
    return [generate.drawing(64, seed) for seed in range(number)]


def held(bench: Bench, picture: Picture) -> Image.Image | None:
    """What the terminal has of it."""
    found = bench.terminal.images.get(bench.scheduler.states.of(picture).ident)
    return found.pixels if found else None


async def test_the_newest_frame_wins_and_the_last_is_exact() -> None:
    bench = Bench()
    app = Shows(bench, 1)
    async with app.run_test(size=(40, 14)) as pilot:
        await pilot.pause()
        app.begin()
        (picture,), frames = app.pictures, images(10)
        for image in frames:
            picture.show(image)
        assert len(bench.sent) == 1
        for _ in range(20):
            bench.answer()
        assert len(bench.sent) <= 3
        found = held(bench, picture)
        assert found is not None
        assert found.tobytes() == frames[-1].tobytes()
        assert len(bench.terminal.images) == 1


async def test_what_is_out_of_sight_sends_nothing() -> None:
    bench = Bench()
    app = Shows(bench, 4)
    async with app.run_test(size=(40, 14)) as pilot:
        await pilot.pause()
        app.begin()
        for picture, image in zip(app.pictures, images(4), strict=True):
            picture.show(image)
        for _ in range(40):
            bench.answer()
        assert [held(bench, picture) is not None for picture in app.pictures] == [True, True] + [
            False
        ] * 2
        app.query_one(VerticalScroll).scroll_end(animate=False)
        await pilot.pause()
        for _ in range(40):
            bench.answer()
        assert held(bench, app.pictures[3]) is not None
        await app.push_screen(ModalScreen())
        await pilot.pause()
        before = len(bench.sent)
        app.pictures[3].show(images(5)[4])
        for _ in range(10):
            bench.answer()
        assert len(bench.sent) == before
        app.pop_screen()
        await pilot.pause()
        bench.answer()
        assert len(bench.sent) > before


async def test_the_one_in_focus_has_more_turns_and_none_starves() -> None:
    bench = Bench()
    app = Shows(bench)
    async with app.run_test(size=(40, 30)) as pilot:
        app.query_one(VerticalScroll).styles.height = 25
        await pilot.pause()
        app.begin()
        chosen, other = app.pictures
        chosen.add_class("-selected")
        turns = {chosen: 0, other: 0}
        for number in range(90):
            for picture in app.pictures:
                picture.show(generate.drawing(16, number))
            before = len(bench.sent)
            bench.answer(0.02)
            for data in bench.sent[before:]:
                mine = f"i={bench.scheduler.states.of(chosen).ident}," in data
                turns[chosen if mine else other] += 1
        assert turns[chosen] > 1.5 * turns[other] > 0


async def test_a_picture_that_goes_is_freed() -> None:
    bench = Bench()
    app = Shows(bench)
    async with app.run_test(size=(40, 30)) as pilot:
        await pilot.pause()
        app.begin()
        for picture, image in zip(app.pictures, images(2), strict=True):
            picture.show(image)
        for _ in range(20):
            bench.answer()
        first, second = app.pictures
        first.show(None)
        bench.answer()
        assert held(bench, second) is not None
        assert len(bench.terminal.images) == 1
        await second.remove()
        bench.answer()
        assert not bench.terminal.images


async def test_paused_it_frees_all_and_says_nothing_more() -> None:
    bench = Bench()
    app = Shows(bench, 1)
    async with app.run_test(size=(40, 30)) as pilot:
        await pilot.pause()
        app.begin()
        app.pictures[0].show(images(1)[0])
        bench.terminal.feed(bench.scheduler.pause().encode())
        assert not bench.terminal.images
        before = len(bench.sent)
        app.pictures[0].show(images(2)[1])
        bench.answer()
        assert len(bench.sent) == before
        bench.scheduler.resume()
        for _ in range(20):
            bench.answer(REST)
        found = held(bench, app.pictures[0])
        assert found is not None
        assert found.tobytes() == images(2)[1].tobytes()


async def test_it_says_how_it_goes() -> None:
    bench = Bench()
    app = Shows(bench, 1)
    async with app.run_test(size=(40, 30)) as pilot:
        await pilot.pause()
        app.begin()
        for image in images(40):
            app.pictures[0].show(image)
            bench.answer(0.05)
        words = str(bench.scheduler.sender).split(" · ")
        assert words[-2] == "20 fps"
        assert words[-1].endswith(" KB/s")
