"""The form at the left, and the line that says from which step of which run a branch begins."""

import random
from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar

from textual.binding import BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from engine import prompt_cache
from engine.events import Event
from engine.specs import Spec
from engine.specs.terms import PICTURE
from engine.vocabulary import Vocabulary
from screens import keys
from screens.messages import SaveUiState, SubmitRun, send
from screens.session import Session
from screens.widgets.form.spec_form import SpecForm

PROMPTS = (
    *("prompt", "negative"),
    *("first", "second", "third", "fourth"),
    *("low", "middle", "high"),
)
"""Fields that say what is drawn."""


class Origin(Static):
    """Where a branch begins; nothing when it begins with noise."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *keys.bindings("ask.detach", "ask.earlier", "ask.later")
    ]
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
        self.set_class(bool(values), "-set")
        if values:
            run, _, step = values["start_from"].rpartition(":")
            name = run.rpartition("/")[2]
            where = "its noise" if step == "0" else f"step {step} of {last}"
            self.update(f"⑂ from {where}\n  {name}\n  < > moves it · B drops it")

    def drop(self) -> None:
        """Begin with noise again."""
        self.take({}, 0)

    def action_detach(self) -> None:
        self.drop()
        self.refresh_bindings()

    def action_origin(self, delta: int) -> None:
        """Begin at an earlier or later step of the same run; 0 is its noise."""
        run, _, step = self.values["start_from"].rpartition(":")
        chosen = max(0, min(int(step) + delta, self.last))
        self.take(self.values | {"start_from": f"{run}:{chosen}"}, self.last)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return bool(self.values)


class PromptHints(Widget):
    """Has no looks. Prompts are completed from the open cascade's vocabulary, and held against it.

    Where it has none, they are completed to those whose embeddings are kept.
    """

    DEFAULT_CSS = """
    PromptHints { display: none; }
    """

    def __init__(self, session: Session, form: SpecForm) -> None:
        super().__init__()
        self.session, self.form = session, form
        self._vocabulary: Vocabulary | None = None
        self._model = ""

    def on_mount(self) -> None:
        self.session.listeners.append(self._listen)

    def on_unmount(self) -> None:
        self.session.listeners.remove(self._listen)

    def _listen(self, _: list[Event]) -> None:
        vocabulary, model = self.session.vocabulary, self.session.model
        if not self.is_mounted or (vocabulary, model) == (self._vocabulary, self._model):
            return
        self._vocabulary, self._model = vocabulary, model
        cached = [entry.prompt for entry in prompt_cache.kept()]
        complete = (
            vocabulary.completion if vocabulary else partial(prompt_cache.completion, among=cached)
        )
        for name in self.form.rows.keys() & PROMPTS:
            self.form.rows[name].completing(complete)
        self.advise()

    def advise(self) -> None:
        """Say at each prompt which of its words the cascade does not know."""
        for name in self.form.rows.keys() & PROMPTS:
            prompt = self.form.values()[name]
            words = "" if prompt.startswith(PICTURE) else finished(prompt)
            line = self._vocabulary.notice(words, self._model) if self._vocabulary else ""
            self.form.rows[name].advise(line)


class FormPanel(Vertical):
    """A :class:`SpecForm` with what the form itself does not show.

    What it asks for bubbles to the program as :class:`SubmitRun`, unless ``accept`` sees to it.
    ``entry`` is the field that the prompt's key goes to. ``guard`` is asked before the form is read
    and may say no. ``unfold`` shows the form and ``typed`` is what to remember: where the form
    belongs to a group, that says what both mean.
    """

    class Changed(Message):
        """Something was typed or chosen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *keys.bindings("ask.run", "ask.prompt", "ask.seed_next", "ask.seed_random")
    ]
    DEFAULT_CSS = """
    FormPanel { width: 36; height: 1fr; }
    FormPanel.-folded { display: none; }
    """
    HELP = """
    ## The ask

    What to draw, and how. **Enter** runs. Up and down walk through earlier prompts. Numbers move
    with **+** and **−**, ten times as far with **\\*** and **_**; choices with ← and →.
    """

    def __init__(
        self,
        kind: type[Spec],
        values: dict[str, Any],
        device: str,
        session: Session | None = None,
        entry: str = "prompt",
    ) -> None:
        self.form, self.origin = SpecForm(kind), Origin()
        self.hints = PromptHints(session, self.form) if session else None
        super().__init__(self.origin, self.form, *([self.hints] if self.hints else ()))
        self.values: Callable[[], dict[str, Any]] = self.form.values
        self.typed = self.values
        self.unfold: Callable[[], object] = partial(self.remove_class, "-folded")
        self.active = self
        self.guard: Callable[[], bool] = lambda: True
        self.accept: Callable[[Spec], None] | None = None
        self.form.hidden = lambda: {"device": device, **self.origin.values}
        self._first, self._entry = values, entry

    def on_mount(self) -> None:
        self.form.set_values(self._first)

    def take(self, spec: Spec) -> None:
        """Fill the form from a spec."""
        self.form.set_values(dict(spec))

    def go_to(self, field: str) -> None:
        """Unfold, and put the focus on a field."""
        self.unfold()
        self.form.rows[field].field.focus()

    def submit(self, **changed: Any) -> None:
        """Ask for what stands in the form, but for what is ``changed``; or go to what is wrong."""
        if self.form.attempt().problems:
            self.unfold()
        self.form.submit(**changed)

    def on_spec_form_edited(self, event: SpecForm.Edited) -> None:
        event.stop()
        if self.hints is not None:
            self.hints.advise()
        send(self, SaveUiState(ask=self.typed()))
        send(self, self.Changed())

    def on_submit_run(self, event: SubmitRun) -> None:
        send(self, SaveUiState(ask=self.typed()))
        if self.accept is not None:
            event.stop()
            self.accept(event.spec)

    def action_run(self) -> None:
        if self.guard():
            self.submit()

    def action_prompt(self) -> None:
        self.go_to(self._entry)

    def action_seed(self, delta: int) -> None:
        """The next seed, or with ``delta`` 0 one drawn at random."""
        text = self.form.values()["seed"]
        fresh = random.SystemRandom().randrange(2**32)
        seed = (int(text) + delta) % 2**32 if delta and text.isdigit() else fresh
        self.form.set_values({"seed": seed})
        self.notify(f"seed {seed}; ctrl+g runs it", timeout=2)


def finished(text: str) -> str:
    """The words that are finished: the last one may still be on its way."""
    return text if text.endswith(" ") else text.rpartition(" ")[0]
