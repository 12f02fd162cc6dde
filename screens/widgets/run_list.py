"""Runs as a list with small pictures; only what is in sight is read and drawn."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from PIL import Image
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from engine.events import Sheet
from screens.picture import picture_mode
from screens.picture.color_encoding import BASIC, TRUECOLOR, ColorEncoding, encoding_for
from screens.picture.fit import scaled
from screens.picture.half_blocks import Margin, half_blocks
from screens.widgets.form.form_row import typed

if TYPE_CHECKING:
    from engine.runs import Run

LINES, SIDE = 4, 8
"""Lines of one run, and columns of its picture; the line more is the gap to the next."""
FACTS = (
    "image", "prompt", "negative", "t", "levels", "folder", "part", "steps", "stride", "batch",
    "learning_rate", "guidance", "guidances", "seed", "sampler", "count", "start_from",
)  # fmt: skip


@dataclass
class Row:
    """What the list says of one run."""

    name: str
    folder: Path
    title: str
    when: str
    state: str
    live: bool
    spec: dict[str, Any]
    file: Path | None = None
    sheet: Sheet | None = None
    drawn: list[Strip] | None = None

    @classmethod
    def of(cls, run: "Run") -> "Row":
        """Read one run; BadInput where its spec is unreadable."""
        from engine.runs import condition, training_log
        from engine.runs.ranking import best_first

        frames, results = run.state.frames, run.state.results
        best = results[best_first(run.state)[0]] if results else None
        return cls(
            run.name,
            run.folder,
            run.spec.title(),
            _when(run.name),
            condition(run),
            run.live,
            run.record,
            best or training_log.newest_samples(run.folder),
            frames[-1].sheet if frames else None,
        )

    def picture(self) -> Image.Image | None:
        """Its result, or x̂0 of its last step; None where neither can be read."""
        try:
            if self.file is not None:
                with Image.open(self.file) as image:
                    return image.convert("RGB")
            return self.sheet.picture("x0") if self.sheet else None
        except (OSError, ValueError, Image.DecompressionBombError):
            return None

    def small(self, encoding: ColorEncoding) -> list[Strip]:
        """The picture as lines of cells, drawn once."""
        if self.drawn is None:
            image = self.picture() if picture_mode.chosen() != picture_mode.OFF else None
            small = scaled(_square(image), (SIDE, SIDE)) if image else None
            ground = Margin(0, 0, Style())
            self.drawn = half_blocks(small, encoding, ground) if small else []
        return self.drawn

    def facts(self) -> str:
        """What was asked, and where it is."""
        said = [f"{n.replace('_', ' ')}: {typed(self.spec[n])}" for n in FACTS if self.spec.get(n)]
        return "\n".join([*said, f"{self.state} · {self.folder}"])

    def line(self, number: int) -> str:
        """The text beside the picture."""
        named = (
            name
            for name in ("seed", "steps", "guidance", "sampler")
            if self.spec.get(name) is not None
        )
        asked = " · ".join(f"{name} {self.spec[name]}" for name in named)
        branch = f"⑂ {self.spec['start_from']}" if self.spec.get("start_from") else ""
        return (self.title, asked, f"{self.when} · {self.state}", branch)[number]


class RunList(ScrollView, can_focus=True):
    """Up and down point at a run."""

    class Pointed(Message):
        """Another run is under the cursor; None where there is none."""

        def __init__(self, row: Row | None) -> None:
            super().__init__()
            self.row = row

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, RunList.Pointed)

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"run-list--here", "run-list--live", "run-list--quiet"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "point(-1)", "The run above", show=False),
        Binding("down", "point(1)", "The run below", show=False),
        Binding("pageup", "point(-8)", "Eight up", show=False),
        Binding("pagedown", "point(8)", "Eight down", show=False),
        Binding("home", "point(-100000)", "The newest", show=False),
        Binding("end", "point(100000)", "The oldest", show=False),
    ]
    DEFAULT_CSS = """
    RunList { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
    RunList > .run-list--here { color: $text-accent; text-style: bold; }
    RunList > .run-list--live { color: $text-success; }
    RunList > .run-list--quiet { color: $text-muted; }
    """
    cursor = reactive(0)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.rows: list[Row] = []

    @property
    def row(self) -> Row | None:
        """The run under the cursor."""
        return self.rows[self.cursor] if 0 <= self.cursor < len(self.rows) else None

    def load(self, rows: list[Row]) -> None:
        """Show these; the cursor stays on the run that it was on."""
        name = self.row.name if self.row else ""
        known = {row.name: row for row in self.rows}
        self.rows = [_kept(known.get(row.name), row) for row in rows]
        self.virtual_size = Size(self.size.width, len(rows) * (LINES + 1))
        self.cursor = next((i for i, row in enumerate(rows) if row.name == name), 0)
        self.post_message(self.Pointed(self.row))
        self.refresh()

    def validate_cursor(self, cursor: int) -> int:
        return max(0, min(cursor, len(self.rows) - 1))

    def watch_cursor(self) -> None:
        region = Region(0, self.cursor * (LINES + 1), 1, LINES)
        self.scroll_to_region(region, animate=False)
        self.post_message(self.Pointed(self.row))
        self.refresh()

    def action_point(self, by: int) -> None:
        self.cursor += by

    def on_click(self, event: events.Click) -> None:
        self.cursor = (event.y + int(self.scroll_offset.y)) // (LINES + 1)

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        index, part = divmod(y + int(self.scroll_offset.y), LINES + 1)
        if index >= len(self.rows) or part == LINES:
            return Strip.blank(width, self.rich_style)
        return self._strip(index, part).adjust_cell_length(width, self.rich_style)

    def _strip(self, index: int, part: int) -> Strip:
        row, here = self.rows[index], index == self.cursor
        small = row.small(self._encoding())
        picture = small[part] if part < len(small) else Strip.blank(SIDE)
        kind = "here" if here and part == 0 else "live" if row.live and part == 2 else "quiet"
        style = self.get_component_rich_style(f"run-list--{kind}") if part or here else Style()
        bar = Segment("▌ " if here else "  ", self.get_component_rich_style("run-list--here"))
        return Strip([bar, *picture, Segment("  "), Segment(row.line(part), style)])

    def _encoding(self) -> ColorEncoding:
        known = None if self.app.is_headless else encoding_for(self.app.console.color_system)
        return known or (TRUECOLOR if self.app.is_headless else BASIC)


def _kept(known: Row | None, fresh: Row) -> Row:
    """The row already drawn, where nothing about it changed."""
    same = known is not None and (known.state, known.file) == (fresh.state, fresh.file)
    return known if same and known is not None else fresh


def _square(image: Image.Image) -> Image.Image:
    """A picture's upper left square: of a sheet, its first pictures."""
    side = min(image.size)
    return image.crop((0, 0, side, side))


def _when(name: str) -> str:
    digits = name[:15]
    if len(digits) < 15 or not digits.replace("-", "").isdigit():
        return name
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:8]} {digits[9:11]}:{digits[11:13]}"
