"""Two runs step by step, aligned by timestep, and what was asked differently."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.screen import Screen
from textual.widgets import Static

from engine.errors import BadInput
from engine.events import CHANNELS, Frame
from engine.runs.run_state import RunState
from engine.specs import Branched, Spec
from screens import keys
from screens.dialogs.picker import Picker
from screens.picture.widget import Picture
from screens.widgets.key_line import KeyLine
from screens.widgets.panes import NAMES
from screens.widgets.timeline import Timeline

Pair = tuple[Frame | None, Frame | None]


class CompareScreen(Screen[None]):
    """The earlier run at the left, the later at the right; or one place that flips."""

    AUTO_FOCUS: ClassVar[str] = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        *keys.bindings("timeline", "run.flip", "view.back"),
    ]
    DEFAULT_CSS = """
    CompareScreen .heading { height: 1; padding: 0 1; color: $text-accent; background: $panel; }
    CompareScreen .difference { height: auto; max-height: 6; padding: 0 1; }
    CompareScreen Picture.-off { display: none; }
    """

    def __init__(self, first: RunState, second: RunState) -> None:
        super().__init__()
        from engine.runs.compare import align

        self.states = (first, second)
        self.pairs: list[Pair] = align(first.frames, second.frames)
        self.pictures = (Picture(), Picture())
        self.timeline = Timeline()
        self.channel, self.sample, self.alone = "x0", 0, -1

    def compose(self) -> ComposeResult:
        names = (f"{'AB'[side]} {trace.name}" for side, trace in enumerate(self.states))
        yield Static("   ".join(names), classes="heading", markup=False)
        yield Static(_differences(*(t.spec for t in self.states)), classes="difference")
        yield Horizontal(*self.pictures)
        yield self.timeline
        yield KeyLine()

    def on_mount(self) -> None:
        self.timeline.load([found for a, b in self.pairs if (found := a or b)])
        self._see()

    def on_timeline_moved(self, event: Timeline.Moved) -> None:
        event.stop()
        self._see()

    def action_play(self) -> None:
        self.timeline.playback.toggle()

    def action_go(self, delta: int) -> None:
        self.timeline.go(delta)

    def action_home(self) -> None:
        self.timeline.go_to(0)

    def action_end(self) -> None:
        self.timeline.go_to(len(self.timeline.frames) - 1)

    def action_slower(self) -> None:
        self.timeline.playback.pace(-1)

    def action_faster(self) -> None:
        self.timeline.playback.pace(+1)

    def action_channel(self) -> None:
        self.channel = CHANNELS[(CHANNELS.index(self.channel) + 1) % len(CHANNELS)]
        self._see()

    def action_sample(self, delta: int = 1) -> None:
        self.sample = (self.sample + delta) % self._count
        self._see()

    def action_flip(self) -> None:
        """Both, then the second alone, the first, the second ...: in the same place."""
        self.alone = 1 if self.alone == -1 else 1 - self.alone
        self._see()

    def action_back(self) -> None:
        """From one flipping picture to both; from both to where one came from."""
        if self.alone == -1:
            self.dismiss()
            return
        self.alone = -1
        self._see()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return self._count > 1 if action == "sample" else True

    @property
    def _count(self) -> int:
        return max((f.sheet.count for pair in self.pairs for f in pair if f), default=1)

    def _see(self) -> None:
        pair = self.pairs[self.timeline.cursor] if self.pairs else (None, None)
        for side, (picture, frame) in enumerate(zip(self.pictures, pair, strict=True)):
            picture.show(self._image(frame), self._label(side, frame))
            picture.set_class(self.alone not in (-1, side), "-off")

    def _image(self, frame: Frame | None) -> Any:
        return frame.sheet.picture(self.channel, self.sample) if frame else None

    def _label(self, side: int, frame: Frame | None) -> str:
        where = f"t {frame.timestep:>3}" if frame else "no step here"
        return f"{'AB'[side]} · {NAMES[self.channel]} · {where}"


def _differences(a: Spec, b: Spec) -> Text:
    from engine.runs.compare import difference

    found = difference(a, b)
    lines = [f"{name}: {_said(left)} → {_said(right)}" for name, (left, right) in found.items()]
    return Text("\n".join(lines) or "the same request", overflow="ellipsis", no_wrap=True)


def _said(value: Any) -> str:
    return "—" if value in (None, "") else str(value)


def choose_other(screen: Screen[Any], trace: RunState) -> None:
    """Let the person choose the run to compare with, the parent first."""
    found = others(trace)
    if not found:
        screen.notify("there is no other run to compare with", severity="warning")
        return
    options = [(str(other.folder), f"{note}{other.spec.title()[:60]}") for other, note in found]

    def show(folder: str | None) -> None:
        picked = next((other for other, _ in found if str(other.folder) == folder), None)
        if picked is not None:
            screen.app.push_screen(CompareScreen(picked, trace))

    screen.app.push_screen(Picker(f"compare {trace.name} with", options), show)


def others(trace: RunState, limit: int = 200) -> Sequence[tuple[RunState, str]]:
    """Runs with steps, newest first but the parent before all, each with a word about it."""
    from engine import runs

    parent = _parent(trace.spec)
    found = [run for run in runs.list_runs()[:limit] if run.folder != trace.folder]
    found.sort(key=lambda run: run.folder != parent)
    if parent is not None and all(run.folder != parent for run in found) and parent.is_dir():
        found.insert(0, runs.Run(parent))
    read = [_read(run) for run in found]
    states = [other for other in read if other is not None and other.frames]
    return [(t, "parent · " if t.folder == parent else f"{t.name[:15]} · ") for t in states]


def _parent(spec: Spec) -> Path | None:
    from engine import runs

    named = spec.parent() if isinstance(spec, Branched) else None
    return runs.find(named[0]) if named else None


def _read(run: Any) -> RunState | None:
    try:
        return run.state  # type: ignore[no-any-return]
    except BadInput:
        return None
