"""What an inpainting will cost, said before it begins; a long one is asked about."""

import asyncio
from collections.abc import Callable

from PIL import Image
from textual.message import Message
from textual.widget import Widget
from textual.worker import Worker

from engine.events import ENDINGS, Event
from engine.specs import Inpaint
from screens.base.form_panel import FormPanel
from screens.dialogs.picker import Picker
from screens.messages import send
from screens.session import Session
from screens.widgets.canvas.mask_line import legend

Pace = dict[int, float]
"""Seconds that one picture takes the network of a stage, once."""
LONG = 600.0
"""Seconds from which a run is asked about before it begins."""


def known(model: str, device: str) -> Pace:
    """The pace of the newest runs with this model. It reads files: off the event loop, please."""
    from engine.runs import timing as pace

    return pace.known(model, device)


def expected(spec: Inpaint, pace: Pace) -> float | None:
    """Seconds that the run will take; None where no run before it tells."""
    from engine.runs.timing import expected as told

    return told(spec, pace)


def said(spec: Inpaint, pace: Pace) -> str:
    """Model calls, stage by stage, and how long they take."""
    from engine.runs.timing import duration

    first, *then = spec.model_calls()
    calls = f"{first:,} model calls" + "".join(f", then {n:,}" for n in then)
    seconds = expected(spec, pace)
    return f"{calls} · " + ("time known after a run" if seconds is None else
                            f"about {duration(seconds)}")  # fmt: skip


def line(spec: Inpaint | None, pace: Pace, mask: Image.Image) -> str:
    """All of it; only what the mask means where the form asks for nothing that can be done."""
    return " · ".join((*([said(spec, pace)] if spec else ()), legend(mask)))


class CostEstimate(Widget):
    """Has no looks. Knows the ``pace`` of runs with the form's model, read anew after each run."""

    class Measured(Message):
        """The pace is known now, or known better."""

    DEFAULT_CSS = """
    CostEstimate { display: none; }
    """

    def __init__(self, session: Session, form: FormPanel, device: str) -> None:
        super().__init__()
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

    def confirm(self, spec: Inpaint, start: Callable[[Inpaint], None]) -> None:
        """Start a run; one that takes long only when a person still wants it."""
        seconds = expected(spec, self.pace)
        if seconds is not None and seconds > LONG and not spec.yes:
            wanted = spec.model_copy(update={"yes": True})
            self.ask_first(wanted, said(spec, self.pace), start)
        else:
            start(spec)

    def ask_first(self, spec: Inpaint, reason: str, start: Callable[[Inpaint], None]) -> None:
        """Start a run that takes long only when a person still wants it."""
        options = [("no", "ask for less"), ("yes", "run it, however long it takes")]
        self.app.push_screen(
            Picker(reason, options, "lower resample or steps, or raise jump, for fewer calls"),
            lambda answer: start(spec) if answer == "yes" else None,
        )

    def _listen(self, batch: list[Event]) -> None:
        ended = (e for e in batch if isinstance(e, ENDINGS) and e.run in self.session.states)
        if self.is_mounted and any(ended):
            self.measure()

    async def _measure(self) -> None:
        model = self.form.values()["model"]
        self.pace = await asyncio.to_thread(known, model, self._device)
        send(self, self.Measured())
