"""The form at the left, and the line that says from which step of which run a branch begins."""

from functools import partial
from typing import Any

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Static

from engine import prompt_cache
from engine.specs import Spec
from engine.specs.terms import PICTURE
from engine.vocabulary import Vocabulary
from screens.widgets.form.spec_form import SpecForm

PROMPTS = (
    *("prompt", "negative"),
    *("first", "second", "third", "fourth"),
    *("low", "middle", "high"),
)
"""Fields that say what is drawn."""


class Origin(Static):
    """Where a branch begins; nothing when it begins with noise."""

    DEFAULT_CSS = """
    Origin { height: auto; padding: 0 1; color: $text-accent; display: none; }
    Origin.-set { display: block; }
    """

    def __init__(self) -> None:
        super().__init__("", markup=False)
        self.values: dict[str, Any] = {}
        self.last = 0

    def take(self, values: dict[str, Any], last: int) -> None:
        """Begin there: ``start_from`` RUN:STEP and ``start_sample``; ``last`` is the last step."""
        self.values, self.last = values, last
        self._tell()

    def drop(self) -> None:
        """Begin with noise again."""
        self.take({}, 0)

    def move(self, delta: int) -> None:
        """Begin at an earlier or later step of the same run; 0 is its noise."""
        run, _, step = self.values["start_from"].rpartition(":")
        chosen = max(0, min(int(step) + delta, self.last))
        self.take(self.values | {"start_from": f"{run}:{chosen}"}, self.last)

    def _tell(self) -> None:
        self.set_class(bool(self.values), "-set")
        if self.values:
            run, _, step = self.values["start_from"].rpartition(":")
            name = run.rpartition("/")[2]
            where = "its noise" if step == "0" else f"step {step} of {self.last}"
            self.update(f"⑂ from {where}\n  {name}\n  < > moves it · B drops it")


class FormPanel(Vertical):
    """A :class:`SpecForm` with what the form itself does not show."""

    class Changed(Message):
        """Something was typed or chosen."""

    DEFAULT_CSS = """
    FormPanel { width: 36; height: 1fr; }
    FormPanel.-folded { display: none; }
    """
    HELP = """
    ## The ask

    What to draw, and how. **Enter** runs. Up and down walk through earlier prompts. Numbers move
    with **+** and **−**, ten times as far with **\\*** and **_**; choices with ← and →.
    """

    def __init__(self, kind: type[Spec], values: dict[str, Any], device: str) -> None:
        super().__init__()
        self.form, self.origin = SpecForm(kind), Origin()
        self.form.hidden = lambda: {"device": device, **self.origin.values}
        self._first = values
        self._known: Vocabulary | None = None
        self._model = ""

    def compose(self) -> ComposeResult:
        yield self.origin
        yield self.form

    def on_mount(self) -> None:
        self.form.set_values(self._first)

    def know(self, known: Vocabulary | None, model: str) -> None:
        """The open cascade's vocabulary: prompts are completed from it and held against it.

        Where it has none, they are completed to those whose embeddings are kept.
        """
        if (known, model) != (self._known, self._model):
            self._known, self._model = known, model
            kept = partial(
                prompt_cache.completion, among=[one.prompt for one in prompt_cache.kept()]
            )
            for name in self.form.rows.keys() & PROMPTS:
                self.form.rows[name].completing(known.completion if known else kept)
            self._advise()

    def _advise(self) -> None:
        for name in self.form.rows.keys() & PROMPTS:
            said = self.form.values()[name]
            words = "" if said.startswith(PICTURE) else _whole(said)
            line = self._known.notice(words, self._model) if self._known else ""
            self.form.rows[name].advise(line)

    def run(self, **changed: Any) -> None:
        """Ask for what stands in the form, but for what is ``changed``; or go to what is wrong."""
        if self.form.attempt().problems:
            self.remove_class("-folded")
        self.form.submit(**changed)

    def values(self) -> dict[str, Any]:
        """What is typed, to be there again at the next start."""
        return self.form.values()

    def take(self, spec: Spec) -> None:
        """Fill the form from a spec."""
        self.form.set_values(dict(spec))

    def seed(self, delta: int, fresh: int) -> str:
        """The next seed, or with ``delta`` 0 the ``fresh`` one; returns what the field now says."""
        said = self.form.values()["seed"]
        seed = (int(said) + delta) % 2**32 if delta and said.isdigit() else fresh
        self.form.set_values({"seed": seed})
        return str(seed)

    def on_spec_form_edited(self, event: SpecForm.Edited) -> None:
        event.stop()
        self._advise()
        self.post_message(self.Changed())


def _whole(text: str) -> str:
    """The words that are finished: the last one may still be on its way."""
    return text if text.endswith(" ") else text.rpartition(" ")[0]
