"""Denoise: a picture under more and less noise, and every way back from it side by side."""

import asyncio
from collections.abc import Iterable

from textual import on
from textual.widget import Widget
from textual.worker import Worker

from engine.runs.run_state import RunState
from engine.specs import Denoise, Pictured
from screens.base.form_panel import FormPanel
from screens.base.mode_screen import ModeScreen
from screens.base.picture_source import FIRST, PictureLoader, PictureSource
from screens.base.run_follower import RunFollower
from screens.base.run_view import RunView
from screens.base.workspace import Workspace
from screens.denoise import noising
from screens.denoise.commands import NoiseCommands, follow_form
from screens.denoise.view import DenoiseView
from screens.messages import SubmitRun
from screens.session import preview_request


class DenoiseScreen(ModeScreen):
    """The forward process and the blur answer every key at once; the models when they are asked."""

    NAME = "denoise"
    HELP = """
    ## The pictures

    **+** and **−** move the noise by 10 timesteps, **\\*** and **_** by 100; **l m h** go to 250,
    500 and 750. The blur follows: **j k** change its kernel, **J K** its sigma, **a** finds the
    best. **Enter** denoises at this t in every way. **↑ ↓** go through the run's own t, **]** to
    the table of all of them and to the steps of one.
    """

    def body(self) -> Iterable[Widget]:
        device, typed = self.cascade["device"], self.memory.get("ask", {})
        values = {"image": FIRST} | typed | {"model": self.cascade["model"], "stage2": "none"}
        self.form = FormPanel(Denoise, values, device, self.session)
        self.source = PictureSource(self.session, self.form, device)
        self.view = DenoiseView(self.session, self.source.loader)
        self.view.comparison.t = int(self.memory.get("t", self.view.comparison.t))
        self.run_view, self.commands = self.view.run_view, NoiseCommands(self.view, self.form)
        self.workspace = Workspace(
            self.form,
            self.view,
            RunFollower(self.session, Denoise, self.run_view),
            self.memory,
            parts=(self.source, self.commands),
        )
        self.command_widgets = self.workspace.command_widgets
        yield self.workspace

    def on_mount(self) -> None:
        _: Worker[None] = self.run_worker(self._warm())

    async def _warm(self) -> None:
        await asyncio.to_thread(noising.warm)
        self.view.comparison.measuring = True
        self.view.draw()

    def show_run(self, run: RunState) -> None:
        self.workspace.show_run(run)
        if isinstance(run.spec, Pictured):
            self.source.loader.load(preview_request(run.spec))

    def on_submit_run(self, event: SubmitRun) -> None:
        if isinstance(event.spec, Denoise):
            self.source.loader.load(preview_request(event.spec))

    def on_run_view_opened(self) -> None:
        """Look at a t of the run."""
        run, comparison = self.run_view.run, self.view.comparison
        if run and isinstance(run.spec, Denoise) and comparison.t not in run.spec.t:
            comparison.t = run.spec.t[0]
        self.view.show_picture()

    @on(RunView.Updated)
    @on(PictureLoader.Changed)
    def _show_picture(self) -> None:
        self.view.show_picture()

    def on_picture_source_chosen(self) -> None:
        self.workspace.to_pictures()

    def on_form_panel_changed(self) -> None:
        self.source.follow_form()
        follow_form(self.commands)
