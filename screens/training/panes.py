"""The curves of a training over its samples and figures, and what changes how they are drawn."""

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Static

from screens import keys
from screens.messages import SaveUiState, send
from screens.training.samples_pane import SamplesPane
from screens.widgets.training.load_line import LoadLine
from screens.widgets.training.loss_plot import LossPlot
from screens.widgets.training.part_table import Colour, table

FOLDS = ("", "-plot", "-film")
"""What is shown: curves and samples, curves alone, samples alone."""
NOTICES = 3
"""The newest of what a part has to say."""


class FiguresPane(Vertical):
    """The parts of the watched training in figures, what the machine does, what is drawn."""

    DEFAULT_CSS = """
    FiguresPane { width: 1fr; max-width: 52; padding: 1 1 0 1; }
    FiguresPane #figures { height: auto; text-wrap: nowrap; text-overflow: ellipsis; }
    FiguresPane #figures.-words { text-wrap: wrap; }
    FiguresPane #prompts { color: $text-muted; height: 1fr; margin-top: 1; }
    """

    def __init__(self, samples: SamplesPane, colour: Colour) -> None:
        """``samples`` are those whose prompts are shown, ``colour`` is that of a part's curve."""
        self.text = Static(table((), None, str), id="figures", classes="-words", markup=False)
        self.prompts = Static("", id="prompts", markup=False)
        super().__init__(self.text, LoadLine(), self.prompts, id="facts")
        self._samples, self._colour = samples, colour
        self._shown = Text(), ""

    def draw(self) -> None:
        """Say how the parts do, what the chosen one has to say, and the prompts of its sheet."""
        shown = self._figures(), self._words()
        if shown != self._shown:
            self._shown = shown
            self.text.set_class(not self._samples.selection.runs.parts, "-words")
            self.text.update(shown[0])
            self.prompts.update(shown[1])

    def _figures(self) -> Text:
        selection = self._samples.selection
        chosen = None if selection.together else selection.part
        runs, batches = selection.runs, selection.batches
        return table(runs.parts, chosen, self._colour, runs.watched.doing, batches)

    def _words(self) -> str:
        part, sheet = self._samples.selection.shown, self._samples.film.sheet
        notices = list(dict.fromkeys(part.notices)) if part else []
        captions = " · ".join(sheet.prompts) if sheet else ""
        return "\n".join(filter(None, (*notices[-NOTICES:], captions)))


class TrainingPanes(Vertical):
    """A plot over a row in which samples and figures are; owns the keys of the curves.

    ``row`` is what stands before the figures, among it the samples.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *keys.bindings(
            *("training.part_up", "training.part_down", "training.metric", "training.log"),
            *("training.zoom", "training.rougher", "training.smoother"),
            "view.single",
        )
    ]
    DEFAULT_CSS = """
    TrainingPanes #below { height: 1fr; }
    TrainingPanes.-beside #facts { display: none; }
    TrainingPanes.-plot #below { display: none; }
    TrainingPanes.-film LossPlot, TrainingPanes.-film #facts { display: none; }
    """

    def __init__(self, samples: SamplesPane, row: Sequence[Widget]) -> None:
        self.plot = LossPlot()
        self.figures = FiguresPane(samples, self.plot.colour)
        super().__init__(self.plot, Horizontal(*row, self.figures, id="below"))
        self.samples, self.selection = samples, samples.selection
        self.folded = ""

    @on(SamplesPane.Changed)
    def draw(self) -> None:
        """Draw what is selected, as it is by now."""
        self.samples.draw()
        sheet = self.samples.film.sheet
        mark = float(sheet.step) if sheet and not self.selection.together else None
        self.plot.show(self.selection.metric, self.selection.series(), mark)
        self.figures.draw()
        self.set_class(self.samples.gallery.both, "-beside")

    def action_part(self, delta: int) -> None:
        self.selection.next_part(delta)
        self.draw()

    def action_metric(self) -> None:
        self.selection.next_metric()
        self.draw()

    def action_log(self) -> None:
        self.plot.settings.logarithmic = not self.plot.settings.logarithmic
        _keep_settings(self.plot)

    def action_smooth(self, by: int) -> None:
        self.plot.settings.smooth(by)
        _keep_settings(self.plot)

    def action_zoom(self) -> None:
        self.plot.settings.next_zoom()
        self.plot.again()

    def action_fold_view(self) -> None:
        self.folded = FOLDS[(FOLDS.index(self.folded) + 1) % len(FOLDS)]
        for name in filter(None, FOLDS):
            self.set_class(self.folded == name, name)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in ("part", "metric") and not self.samples.display:
            return False  # another run's pictures are in their place
        if action == "part":
            return len(self.selection.runs.parts) > 1
        return action != "metric" or bool(self.selection.runs.parts)


def _keep_settings(plot: LossPlot) -> None:
    """Draw as the settings now say, and at the next start too."""
    plot.again()
    send(plot, SaveUiState(training=plot.settings.kept()))
