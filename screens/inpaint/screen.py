"""Inpaint: a picture, a mask over it, and what is drawn where the mask is white."""

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar

from PIL import Image
from textual.binding import BindingType
from textual.worker import Worker

from engine.errors import BadInput
from engine.events import ENDINGS, Event, Failed
from engine.specs import Inpaint
from screens import keys
from screens.base.canvas_screen import CanvasScreen
from screens.base.form_panel import FormPanel
from screens.base.run_view import RunView
from screens.canvas import mask_looks
from screens.dialogs.picker import Picker
from screens.inpaint import cost_estimate, saved_masks
from screens.inpaint.mask_editor import AS_DRAWN, MaskEditor
from screens.inpaint.view import InpaintView
from screens.messages import SubmitRun
from screens.preview_requests import preview_request
from screens.session import RunState
from screens.widgets.canvas.canvas import Canvas

WITH_A_BRUSH = ("run", "leave", "prompt", "cancel", "look")
"""Commands that work while the canvas has the keys; no slip of a finger reaches another."""


class InpaintScreen(CanvasScreen):
    """The mask is drawn over the picture; it stays when anything else changes."""

    NAME = "inpaint"
    SPEC = Inpaint
    BINDINGS: ClassVar[list[BindingType]] = [
        *keys.bindings(
            *("inpaint", "picture.choose", "ask", "timeline", "run", "view.single"),
            but=("ask.detach", "ask.earlier", "ask.later", "run.branch", "run.upscale"),
        )
    ]
    scope: InpaintView

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.pace: cost_estimate.Pace = {}
        self._side = 0
        self._opened = b""

    def make_scope(self) -> RunView:
        return InpaintView()

    def first_values(self) -> dict[str, Any]:
        return {"mask": AS_DRAWN} | super().first_values() | {"stage2": self.cascade["stage2"]}

    def begin(self) -> None:
        look = self.memory.get("look")
        self._show_as(look if look in mask_looks.LOOKS else next(iter(mask_looks.LOOKS)))
        super().begin()
        self.ask.form.entering["mask"] = self.choose_mask
        self._measure()

    def heard(self, batch: list[Event]) -> None:
        super().heard(batch)
        if any(isinstance(event, ENDINGS) and event.run in self.session.traces for event in batch):
            self._measure()

    def tell_ending(self, trace: RunState, batch: list[Event]) -> None:
        """A run that the engine finds too long may still be wanted."""
        refused = [e for e in batch if isinstance(e, Failed) and cost_estimate.asks_for_yes(e)]
        if refused and isinstance(trace.spec, Inpaint):
            self._ask_patience(trace.spec, cost_estimate.question(refused[0]))
        else:
            super().tell_ending(trace, batch)

    def open(self, trace: RunState) -> None:
        super().open(trace)
        if isinstance(trace.spec, Inpaint):
            _: Worker[None] = self.run_worker(
                self._take_mask_of(trace), group="mask", exclusive=True
            )

    def picture_changed(self) -> None:
        image = self.image
        self.scope.easel.mask.lie_over(image)
        if image is not None and image.width != self._side:
            self._side = image.width
            self.choose_mask()
        self._see()
        self.refresh_bindings()

    def choose_mask(self) -> None:
        """Enter in the mask's field: lay it over the picture."""
        named = self.ask.values()["mask"].strip()
        if named not in ("", AS_DRAWN):
            _: Worker[None] = self.run_worker(self._take_mask(named), group="mask", exclusive=True)

    def on_form_panel_changed(self, _: FormPanel.Changed) -> None:
        self._see()

    def on_submit_run(self, event: SubmitRun) -> None:
        """The mask is a file before a run begins; one that takes long is asked about."""
        if not isinstance(event.spec, Inpaint):
            return
        event.stop()
        event.prevent_default()
        try:
            spec = self._with_mask(event.spec)
        except BadInput as error:
            self.notify(str(error), severity="error")
            return
        seconds = cost_estimate.expected(spec, self.pace)
        if seconds is not None and seconds > cost_estimate.LONG and not spec.yes:
            self._ask_patience(spec, cost_estimate.said(spec, self.pace))
        else:
            self._start(spec)

    def on_canvas_changed(self, event: Canvas.Changed) -> None:
        event.stop()
        self._other_mask()

    def on_mask_editor_named(self, event: MaskEditor.Named) -> None:
        event.stop()
        self._other_mask()

    def _other_mask(self) -> None:
        self.ask.form.set_values({"mask": self.scope.easel.called})
        if not self.scope.drawing:
            self._see()

    def action_draw(self) -> None:
        self.ask.add_class("-folded")
        self._opened = self.scope.mask.tobytes()
        self.scope.draw()
        self.refresh_bindings()

    def action_look(self) -> None:
        self._show_as(mask_looks.after(self.scope.panes.look))
        self.remember(look=self.scope.panes.look)
        self._see()

    def action_seam(self) -> None:
        self.scope.panes.seam = not self.scope.panes.seam
        self.scope.panes.again()

    def action_sample(self, delta: int = 0) -> None:
        self.scope.panes.seam = self.scope.panes.seam and bool(delta)
        super().action_sample(delta)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if self.scope.easel.canvas.has_focus:
            return action in WITH_A_BRUSH and self.can_run(action)
        if action == "seam":
            return self.trace is not None and not self.scope.waiting and bool(self.trace.results)
        if action == "sample" and not parameters:
            return bool(self.scope.timeline.frames)
        return super().check_action(action, parameters)

    def shows(self, trace: RunState | None) -> bool:
        return super().shows(trace) and self.scope.covers(trace)

    @property
    def changed(self) -> bool:
        return self.scope.mask.tobytes() != self._opened

    def keep(self) -> str:
        return self.scope.easel.keep()

    def kept(self, name: str) -> None:
        """What is drawn is the mask from now on."""
        self.ask.form.set_values({"mask": name})

    def closed(self) -> None:
        self.remember(ask=self.ask.values())
        self._see()

    def _with_mask(self, spec: Inpaint) -> Inpaint:
        """The request with a mask that is in a file; what was typed is laid over the picture."""
        if spec.mask not in (AS_DRAWN, self.scope.easel.called):
            if spec.mask.strip() == self.ask.values()["mask"].strip():
                self.choose_mask()
            return spec.model_copy(update={"mask": saved_masks.known(spec.mask.strip())})
        name = self.scope.easel.keep()
        self.ask.form.set_values({"mask": name})
        return spec.model_copy(update={"mask": name})

    def _start(self, spec: Inpaint) -> None:
        self.prepare(preview_request(spec))
        self.remember(ask=self.ask.values())
        self.app.post_message(SubmitRun(spec))
        self.to_pictures()

    def _ask_patience(self, spec: Inpaint, question: str) -> None:
        options = [("no", "ask for less"), ("yes", "run it, however long it takes")]
        wanted = spec.model_copy(update={"yes": True})
        self.app.push_screen(
            Picker(question, options, "lower resample or steps, or raise jump, for fewer calls"),
            lambda said: self._start(wanted) if said == "yes" else None,
        )

    async def _take_mask(self, named: str) -> None:
        easel = self.scope.easel
        easel.over, easel.fit = self.ask.values()["image"], self.ask.values()["fit"]
        try:
            name, mask = await asyncio.to_thread(easel.read, named)
        except BadInput as error:
            self.ask.form.complain("mask", str(error))
        else:
            self._lay(name, mask)

    async def _take_mask_of(self, trace: RunState) -> None:
        """A run's own mask, by its name while that still means the same."""
        spec, masked = trace.spec, trace.masked.get(1)
        assert isinstance(spec, Inpaint)
        if masked is None:
            return
        easel = self.scope.easel
        easel.over, easel.fit = spec.image, spec.fit
        name, mask = await asyncio.to_thread(_mask_of, easel, trace.folder, masked.mask, spec.mask)
        if mask is not None:
            self._lay(name, mask)

    def _lay(self, name: str, mask: Image.Image) -> None:
        self.scope.easel.take(name, mask)
        self.ask.form.set_values({"mask": name})
        self._see()

    def _show_as(self, look: str) -> None:
        self.scope.panes.look = look
        self.scope.easel.mask.show_as(look)
        self.scope.easel.say()

    def _see(self) -> None:
        """What the run on the timeline shows, or a picture and a mask that wait to be asked for."""
        easel = self.scope.easel
        easel.over, easel.fit = self.ask.values()["image"], self.ask.values()["fit"]
        spec = self.ask.form.attempt()
        self.scope.asked = spec if isinstance(spec, Inpaint) else None
        self.scope.cost.update(cost_estimate.line(self.scope.asked, self.pace, self.scope.mask))
        if self.shows(self.trace):
            self.scope.follow()
        else:
            self.scope.wait(self.image)
        self.refresh_bindings()

    def _measure(self) -> None:
        _: Worker[None] = self.run_worker(self._measured(), group="pace", exclusive=True)

    async def _measured(self) -> None:
        model, device = self.ask.values()["model"], self.cascade["device"]
        self.pace = await asyncio.to_thread(cost_estimate.known, model, device)
        self._see()


def _mask_of(easel: Any, folder: Path, file: str, named: str) -> tuple[str, Image.Image | None]:
    from engine.runs import SOURCE_MASK
    from screens.base.image_cache import read

    found = read(folder / file)
    mask = found.convert("L") if found else None
    with suppress(BadInput):  # gone, or never a file: the run has its own
        name, same = easel.read(named)
        if mask is not None and same.tobytes() == mask.tobytes():
            return name, mask
    return str(folder / SOURCE_MASK), mask
