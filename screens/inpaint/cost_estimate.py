"""What an inpainting will cost, said before it begins; a long one is asked about."""

import asyncio
from collections.abc import Callable

from PIL import Image
from textual.message import Message
from textual.widget import Widget
from textual.worker import Worker

from engine.events import ENDINGS, Event, Failed
from engine.runs.run_state import RunState
from engine.specs import Inpaint
from screens.base.form_panel import FormPanel
from screens.base.run_commands import tell_ending
from screens.canvas.masks import legend
from screens.dialogs.questions import Picker
from screens.messages import send
from screens.session import Session

Pace = dict[int, float]
"""Seconds that one picture takes the network of a stage, once."""
LONG = 600.0
"""Seconds from which a run is asked about before it begins."""


def known_pace(model: str, device: str) -> Pace:
    """The pace of the newest runs with this model. It reads files: off the event loop, please."""
    from engine.runs import timing

    return timing.known(model, device)


def expected_seconds(spec: Inpaint, pace: Pace) -> float | None:
    """Seconds that the run will take; None where no run before it tells."""
    from engine.runs import timing

    return timing.expected(spec, pace)


def describe(spec: Inpaint, pace: Pace) -> str:
    """Model calls, stage by stage, and how long they take."""
    from engine.runs.timing import duration

    first, *then = spec.model_calls()
    calls = f"{first:,} model calls" + "".join(f", then {n:,}" for n in then)
    seconds = expected_seconds(spec, pace)
    time = "time known after a run" if seconds is None else f"about {duration(seconds)}"
    return f"{calls} · {time}"


def line(spec: Inpaint | None, pace: Pace, mask: Image.Image) -> str:
    """All of it; only what the mask means where the form asks for nothing that can be done."""
    return " · ".join((*([describe(spec, pace)] if spec else ()), legend(mask)))


class CostEstimate(Widget):
    """Has no looks. Knows the ``pace`` of runs with the form's model, read anew after each run.

    ``start`` gets each request that is wanted, however long it takes.
    """

    class Measured(Message):
        """The pace is known now, or known better."""

    DEFAULT_CSS = """
    CostEstimate { display: none; }
    """

    def __init__(
        self,
        session: Session,
        form: FormPanel,
        device: str,
        start: Callable[[Inpaint], None],
    ) -> None:
        super().__init__()
        self._start = start
        self.session, self.form, self._device = session, form, device
        self.pace: Pace = {}

    def on_mount(self) -> None:
        self.session.listeners.append(self._listen)
        self.measure()

    def on_unmount(self) -> None:
        self.session.listeners.remove(self._listen)

    def measure(self) -> None:
        """Read the pace of earlier runs, off the event loop."""
        _: Worker[None] = self.run_worker(self._measure(), group="pace", exclusive=True)

    def confirm(self, spec: Inpaint) -> None:
        """Start a run; one that takes long only when a person still wants it."""
        seconds = expected_seconds(spec, self.pace)
        if seconds is not None and seconds > LONG and not spec.yes:
            wanted = spec.model_copy(update={"yes": True})
            self.ask_first(wanted, describe(spec, self.pace))
        else:
            self._start(spec)

    def ask_first(self, spec: Inpaint, reason: str) -> None:
        """Start a run that takes long only when a person still wants it."""
        options = [("no", "ask for less"), ("yes", "run it, however long it takes")]
        self.app.push_screen(
            Picker(reason, options, "lower resample or steps, or raise jump, for fewer calls"),
            lambda answer: self._start(spec) if answer == "yes" else None,
        )

    def tell_ending(self, widget: Widget, run: RunState, batch: list[Event]) -> None:
        """A run that the engine finds too long may still be wanted."""
        refused, spec = run.too_expensive, run.spec
        if refused and isinstance(spec, Inpaint) and any(isinstance(e, Failed) for e in batch):
            self.ask_first(spec.changed(dict(refused.changes)), refused.text)
        else:
            tell_ending(widget, run, batch)

    def _listen(self, batch: list[Event]) -> None:
        ended = (e for e in batch if isinstance(e, ENDINGS) and e.run in self.session.states)
        if self.is_mounted and any(ended):
            self.measure()

    async def _measure(self) -> None:
        model = self.form.values()["model"]
        self.pace = await asyncio.to_thread(known_pace, model, self._device)
        send(self, self.Measured())
