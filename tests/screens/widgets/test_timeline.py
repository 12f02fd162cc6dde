"""Walking a run's steps, live and old."""

import pytest
from textual.app import App

from screens.widgets.timeline import SPEEDS, Timeline
from tests.support.fake_runs import generate


class Show(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.moved: list[tuple[int, int]] = []

    def compose(self):
        yield Timeline()

    @property
    def timeline(self) -> Timeline:
        return self.query_one(Timeline)

    def on_timeline_moved(self, event: Timeline.Moved) -> None:
        self.moved.append((event.frame.stage, event.frame.index))

    def lines(self) -> list[str]:
        return [s.text for s in self.screen._compositor.render_strips()[:2]]


def begin(timeline: Timeline, totals: tuple[int, ...] = ()) -> None:
    """A run starts: nothing has arrived yet."""
    timeline.load((), totals)
    timeline.live = True


@pytest.fixture(scope="module")
def frames():
    return generate.frames(4, 3)


async def test_a_loaded_run_stands_on_its_end(frames):
    app = Show()
    async with app.run_test(size=(80, 4)) as pilot:
        app.timeline.load(frames)
        await pilot.pause()
        assert app.timeline.cursor == 6
        assert app.moved == [(2, 2)]
        bar, numbers = app.lines()
        assert "II step 3/3" in numbers
        assert bar.rstrip().endswith("●")


async def test_walking_stays_within_what_is_there(frames):
    app = Show()
    async with app.run_test(size=(80, 4)) as pilot:
        timeline = app.timeline
        timeline.load(frames)
        for move, cursor in (
            (lambda: timeline.go_to(0), 0),
            (lambda: timeline.go(-1), 0),
            (lambda: timeline.go(1), 1),
            (lambda: timeline.go(5), 6),
            (lambda: timeline.go(1), 6),
            (lambda: timeline.go(-2), 4),
            (lambda: timeline.go_to(6), 6),
        ):
            move()
            assert timeline.cursor == cursor
            assert timeline.frame is frames[cursor]
        await pilot.pause()
        assert app.moved[-1] == (2, 2)


async def test_live_follows_until_somebody_moves_back(frames):
    app = Show()
    async with app.run_test(size=(80, 4)):
        timeline = app.timeline
        begin(timeline, (4, 3))
        for n, frame in enumerate(frames[:3]):
            timeline.add(frame)
            assert timeline.cursor == n
        timeline.go(-1)
        timeline.add(frames[3])
        assert timeline.frame is frames[1]
        timeline.go_to(len(timeline.frames))
        timeline.add(frames[4])
        assert timeline.frame is frames[4]


async def test_only_the_newest_of_many_moves_is_handled(frames):
    app = Show()
    async with app.run_test(size=(80, 4)) as pilot:
        begin(app.timeline, (4, 3))
        for frame in frames:
            app.timeline.add(frame)
        await pilot.pause()
        assert len(app.moved) < len(frames)
        assert app.moved[-1] == (2, 2)


async def test_the_stage_border_stays_when_stage_two_begins(frames):
    app = Show()
    async with app.run_test(size=(80, 4)) as pilot:
        begin(app.timeline)
        app.timeline.plan((4, 3))
        borders = set()
        for frame in frames:
            app.timeline.add(frame)
            await pilot.pause()
            borders.add(app.lines()[0].index("┃"))
        assert len(borders) == 1


async def test_time_left_while_live_and_time_since_start_after(frames):
    app = Show()
    async with app.run_test(size=(80, 4)) as pilot:
        begin(app.timeline, (4, 3))
        for frame in frames[:3]:
            app.timeline.add(frame)
        await pilot.pause()
        assert "0:00 left" in app.lines()[1]
        app.timeline.live = False
        await pilot.pause()
        assert "left" not in app.lines()[1]


async def test_playing_ends_at_the_end(frames):
    app = Show()
    async with app.run_test(size=(80, 4)) as pilot:
        timeline = app.timeline
        timeline.load(frames)
        timeline.playback.toggle()
        assert timeline.playback.playing
        assert timeline.cursor == 0
        for _ in range(len(frames)):
            assert timeline.playback.playing or timeline.cursor == 6
            timeline.playback.step()
        assert timeline.cursor == 6
        assert not timeline.playback.playing
        await pilot.pause()


async def test_the_timer_plays_by_itself(frames):
    app = Show()
    async with app.run_test(size=(80, 4)) as pilot:
        app.timeline.load(frames)
        for _ in SPEEDS:
            app.timeline.playback.pace(+1)
        app.timeline.playback.toggle()
        while app.timeline.playback.playing:
            await pilot.pause()
        assert app.timeline.cursor == 6


async def test_stopping_keeps_the_place_and_speeds_have_ends(frames):
    app = Show()
    async with app.run_test(size=(80, 4)) as pilot:
        timeline = app.timeline
        timeline.load(frames)
        timeline.go_to(0)
        for _ in range(20):
            timeline.playback.pace(-1)
        timeline.playback.toggle()
        await pilot.pause()
        assert f"▶ {SPEEDS[0]:>2}/s" in app.lines()[1]
        timeline.playback.step()
        for _ in range(20):
            timeline.playback.pace(+1)
        await pilot.pause()
        assert f"▶ {SPEEDS[-1]:>2}/s" in app.lines()[1]
        timeline.playback.toggle()
        assert not timeline.playback.playing
        assert timeline.cursor >= 1


async def test_another_run_stops_the_playing(frames):
    app = Show()
    async with app.run_test(size=(80, 4)):
        app.timeline.load(frames)
        app.timeline.playback.toggle()
        begin(app.timeline, (4,))
        assert not app.timeline.playback.playing
        assert app.timeline.frame is None


async def test_an_empty_timeline_takes_every_command():
    app = Show()
    async with app.run_test(size=(80, 4)) as pilot:
        timeline = app.timeline
        timeline.go_to(0)
        timeline.playback.toggle()
        timeline.playback.pace(-1)
        timeline.go(3)
        await pilot.click(Timeline, offset=(10, 0))
        assert timeline.frame is None
        assert app.moved == []


async def test_a_click_on_the_bar_goes_there(frames):
    app = Show()
    async with app.run_test(size=(80, 4)) as pilot:
        app.timeline.load(frames)
        await pilot.click(Timeline, offset=(1, 0))
        assert app.timeline.cursor == 0
        await pilot.click(Timeline, offset=(40, 0))
        assert app.timeline.cursor == 3


async def test_narrow_and_tiny():
    app = Show()
    async with app.run_test(size=(80, 4)) as pilot:
        app.timeline.load(generate.frames(20, 20))
        for width in (40, 12, 3, 1):
            await pilot.resize_terminal(width, 2)
            await pilot.pause()
