"""Denoise: a picture under more and less noise, and every way back from it side by side."""

import asyncio
from typing import Any, ClassVar

from textual.binding import BindingType
from textual.worker import Worker

from engine.events import Event
from engine.runs.run_state import RunState
from engine.specs import Denoise
from engine.specs.common_fields import TRAIN_TIMESTEPS
from screens import keys
from screens.base.form_panel import FormPanel
from screens.base.image_screen import ImageScreen
from screens.base.run_view import RunView
from screens.denoise import noising
from screens.denoise.noising import ForwardProcess
from screens.denoise.view import DenoiseView


class DenoiseScreen(ImageScreen):
    """The forward process and the blur answer every key at once; the models when they are asked."""

    NAME = "denoise"
    SPEC = Denoise
    BINDINGS: ClassVar[list[BindingType]] = [
        *keys.bindings(
            *("noise", "picture.choose", "ask", "timeline", "run", "view.single"),
            but=("timeline.sample", "run.upscale", "ask.detach", "ask.earlier", "ask.later"),
        )
    ]
    scope: DenoiseView

    def make_scope(self) -> RunView:
        return DenoiseView()

    def begin(self) -> None:
        super().begin()
        self.scope.bench.t = int(self.memory.get("t", self.scope.bench.t))
        _: Worker[None] = self.run_worker(self._warm())

    async def _warm(self) -> None:
        await asyncio.to_thread(noising.warm)
        self.scope.bench.measuring = True
        self.scope.draw()

    def heard(self, batch: list[Event]) -> None:
        before = self.trace
        super().heard(batch)
        trace = self.trace
        if trace is not None and (trace is not before or any(e.run == trace.name for e in batch)):
            if trace is not before:
                self._to_its_t(trace)
            self.picture_changed()

    def open(self, trace: RunState) -> None:
        super().open(trace)
        self._to_its_t(trace)
        self.picture_changed()

    def picture_changed(self) -> None:
        """Show the run only beside the picture that it began with, and the other way round."""
        scope = self.scope
        scope.bench.trace = self.trace if self.shows(self.trace) else None
        began = scope.bench.trace is not None and scope.bench.trace.original is not None
        if self.picture is not None and (self.fresh or not began):
            known = scope.bench.forward
            if known is None or known.said is not self.picture:
                scope.bench.forward = ForwardProcess(self.picture)
        else:
            scope.bench.forward = None
        scope.note = self._note()
        scope.draw()
        self.refresh_bindings()

    def on_form_panel_changed(self, _: FormPanel.Changed) -> None:
        self._take_blur()

    def action_run_here(self) -> None:
        self.ask.run(t=(self.scope.bench.t,))

    def action_noise(self, by: int) -> None:
        self._go_to(self.scope.bench.t + by)

    def action_noise_at(self, t: int) -> None:
        self._go_to(t)

    def action_smooth(self, kernel: int, sigma: float) -> None:
        bench = self.scope.bench
        low, high = noising.SIGMAS
        wide = max(1, min(bench.kernel + kernel, noising.LARGEST_KERNEL))
        self._blur(wide, max(low, min(round(bench.sigma + sigma, 2), high)))

    def action_best_blur(self) -> None:
        bench = self.scope.bench
        if bench.forward is not None:
            self._blur(*bench.forward.best_blur(bench.t))

    def action_way(self) -> None:
        self.scope.next_way()
        self.refresh_bindings()

    def action_sample(self, delta: int = 1) -> None:
        """The run's next t."""
        spec, t = self.scope.bench.spec, self.scope.bench.t
        times = spec.t if spec else ()
        here = times.index(t) if t in times else -1
        if times:
            self._go_to(times[(here + delta) % len(times)])

    def action_channel(self) -> None:
        super().action_channel()
        self.scope.draw()

    def action_fold_view(self) -> None:
        self.scope.next_view()

    def action_leave(self) -> None:
        super().action_leave()
        self.scope.draw()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        bench = self.scope.bench
        if action in ("smooth", "best_blur"):
            return bench.forward is not None and bench.measuring
        if action == "way":
            return self.scope.view == "row" and len(self.scope.ways) < 5
        return super().check_action(action, parameters)

    def _go_to(self, t: int) -> None:
        self.scope.bench.t = max(0, min(t, TRAIN_TIMESTEPS - 1))
        self.remember(t=self.scope.bench.t)
        self.scope.draw()

    def _to_its_t(self, trace: RunState) -> None:
        if isinstance(trace.spec, Denoise) and self.scope.bench.t not in trace.spec.t:
            self.scope.bench.t = trace.spec.t[0]

    def _blur(self, kernel: int, sigma: float) -> None:
        """The form has the one truth; its own change comes a moment later and says the same."""
        self.scope.bench.kernel, self.scope.bench.sigma = kernel, sigma
        self.ask.form.set_values({"kernel": kernel, "sigma": sigma})
        self.scope.draw()

    def _take_blur(self) -> None:
        values, bench = self.ask.values(), self.scope.bench
        try:
            spec = Denoise(
                image="tower", kernel=int(values["kernel"]), sigma=float(values["sigma"])
            )
        except ValueError:
            return  # said at its field
        if (spec.kernel, spec.sigma) != (bench.kernel, bench.sigma):
            bench.kernel, bench.sigma = spec.kernel, spec.sigma
            self.scope.draw()

    def _note(self) -> str:
        if self.fresh and self.picture is not None:
            return f"{self.picture.title} · {self.picture.note}"
        if self._asked is not None:
            return f"reading {self._asked.picture_name()}"
        return ""

    def first_values(self) -> dict[str, Any]:
        return super().first_values() | {"stage2": "none"}
