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
from engine.runs import ranking
from engine.runs.run_state import RunState, showing
from engine.specs import Branched, Spec
from screens import keys
from screens.dialogs.questions import Picker
from screens.picture.widget import Picture
from screens.widgets.key_line import KeyLine
from screens.widgets.panes import NAMES
from screens.widgets.timeline import Timeline, TimelinePlayer

Pair = tuple[Frame | None, Frame | None]


class CompareScreen(Screen[None]):
    """The earlier run at the left, the later at the right; or one picture that flips."""

    AUTO_FOCUS: ClassVar[str] = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        *keys.bindings("timeline.channel", "timeline.sample", "timeline.sample_up"),
        *keys.bindings("timeline.sample_down", "run.flip", "view.back"),
    ]
    DEFAULT_CSS = """
    CompareScreen .heading { height: 1; padding: 0 1; color: $text-accent; background: $panel; }
    CompareScreen .difference { height: auto; max-height: 6; padding: 0 1; }
    CompareScreen Picture.-off { display: none; }
    """

    def __init__(self, first: RunState, second: RunState) -> None:
        super().__init__()
        from engine.runs.compare import align

        self.runs = (first, second)
        self.pairs: list[Pair] = align(first.frames, second.frames)
        self.pictures = (Picture(), Picture())
        self.player = TimelinePlayer()
        self.channel, self.sample, self.alone = "x0", best_of(first, best_of(second)), -1

    def compose(self) -> ComposeResult:
        names = (f"{'AB'[side]} {run.name}" for side, run in enumerate(self.runs))
        yield Static("   ".join(names), classes="heading", markup=False)
        yield Static(_differences(*(run.spec for run in self.runs)), classes="difference")
        yield Horizontal(*self.pictures)
        yield self.player
        yield KeyLine()

    def on_mount(self) -> None:
        self.player.can_focus = True
        self.player.focus()
        self.player.timeline.load([frame for a, b in self.pairs if (frame := a or b)])
        self.show_pair()

    def on_timeline_moved(self, event: Timeline.Moved) -> None:
        event.stop()
        self.show_pair()

    def action_channel(self) -> None:
        self.channel = CHANNELS[(CHANNELS.index(self.channel) + 1) % len(CHANNELS)]
        self.show_pair()

    def action_sample(self, delta: int = 1) -> None:
        self.sample = (self.sample + delta) % _sample_count(self.pairs)
        self.show_pair()

    def action_flip(self) -> None:
        """Both, then the second alone, the first, the second ...: in the same place."""
        self.alone = 1 if self.alone == -1 else 1 - self.alone
        self.show_pair()

    def action_back(self) -> None:
        """From one flipping picture to both; from both to where one came from."""
        if self.alone == -1:
            self.dismiss()
            return
        self.alone = -1
        self.show_pair()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return _sample_count(self.pairs) > 1 if action == "sample" else True

    def show_pair(self) -> None:
        """Show the step under the cursor of both runs."""
        pair = self.pairs[self.player.timeline.cursor] if self.pairs else (None, None)
        for side, (picture, frame) in enumerate(zip(self.pictures, pair, strict=True)):
            shown = _shown(self.runs[side], frame, self.sample) if frame else None
            image = shown[0].sheet.picture(self.channel, shown[1]) if shown else None
            where = f"t {frame.timestep:>3}" if frame else "no step here"
            which = _named(self.runs[side], shown[1]) if shown else ""
            picture.show(image, f"{'AB'[side]} · {which}{NAMES[self.channel]} · {where}")
            picture.set_class(self.alone not in (-1, side), "-off")


def best_of(run: RunState, otherwise: int = 0) -> int:
    """The sample that was ranked best, where they were ranked."""
    return run.ranked.order[0] if run.ranked else otherwise


def _shown(run: RunState, frame: Frame, sample: int) -> tuple[Frame, int]:
    """A step of a run and the sample that is shown of it: its best where it has no such one."""
    own = sample if sample < frame.sheet.count else best_of(run)
    return showing(run, frame, own), own


def _named(run: RunState, sample: int) -> str:
    """What a sample is called where the best of several seeds was wanted."""
    return f"{ranking.titles(run)[sample]} · " if ranking.wants_best(run) else ""


def _sample_count(pairs: Sequence[Pair]) -> int:
    return max((frame.sheet.count for pair in pairs for frame in pair if frame), default=1)


def _differences(a: Spec, b: Spec) -> Text:
    from engine.runs.compare import difference

    values = difference(a, b).items()
    lines = [f"{name}: {_text(left)} → {_text(right)}" for name, (left, right) in values]
    return Text("\n".join(lines) or "the same request", overflow="ellipsis", no_wrap=True)


def _text(value: Any) -> str:
    return "—" if value in (None, "") else str(value)


def choose_other(screen: Screen[Any], run: RunState) -> None:
    """Let the person choose the run to compare with, the parent first."""
    offered = others(run)
    if not offered:
        screen.notify("there is no other run to compare with", severity="warning")
        return
    options = [(str(other.folder), f"{note}{other.spec.title()[:60]}") for other, note in offered]

    def show(folder: str | None) -> None:
        picked = next((other for other, _ in offered if str(other.folder) == folder), None)
        if picked is not None:
            screen.app.push_screen(CompareScreen(picked, run))

    screen.app.push_screen(Picker(f"compare {run.name} with", options), show)


def others(run: RunState, limit: int = 200) -> Sequence[tuple[RunState, str]]:
    """Runs with steps, newest first but the parent before all, each with a word about it."""
    from engine import runs

    parent = _parent(run.spec)
    folders = [other for other in runs.list_runs()[:limit] if other.folder != run.folder]
    folders.sort(key=lambda other: other.folder != parent)
    if parent is not None and all(other.folder != parent for other in folders) and parent.is_dir():
        folders.insert(0, runs.Run(parent))
    states = [state for other in folders if (state := _read(other)) and state.frames]
    return [
        (state, "parent · " if state.folder == parent else f"{state.name[:15]} · ")
        for state in states
    ]


def _parent(spec: Spec) -> Path | None:
    from engine import runs

    named = spec.parent() if isinstance(spec, Branched) else None
    return runs.find(named[0]) if named else None


def _read(run: Any) -> RunState | None:
    try:
        state: RunState = run.state
    except BadInput:
        return None
    return state
