"""The commands of Denoise: how much noise, which blur, which pictures."""

from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from engine.specs import Denoise
from engine.specs.common_fields import TRAIN_TIMESTEPS
from screens import keys
from screens.base.form_panel import FormPanel
from screens.denoise import noising
from screens.denoise.comparison import COMPARED
from screens.denoise.view import DenoiseView, compared
from screens.messages import SaveUiState, send


class NoiseCommands(Widget):
    """Has no looks. The form has the one truth about the blur, the ``view`` about t."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *keys.bindings("noise", "timeline.sample_up", "timeline.sample_down", "view.single")
    ]
    DEFAULT_CSS = """
    NoiseCommands { display: none; }
    """

    def __init__(self, view: DenoiseView, form: FormPanel) -> None:
        super().__init__()
        self.view, self.form, self.comparison = view, form, view.comparison

    def action_run_here(self) -> None:
        self.form.submit(t=(self.comparison.t,))

    def action_noise(self, by: int) -> None:
        self.action_noise_at(self.comparison.t + by)

    def action_noise_at(self, t: int) -> None:
        self.comparison.t = max(0, min(t, TRAIN_TIMESTEPS - 1))
        send(self, SaveUiState(t=self.comparison.t))
        self.view.draw()

    def action_smooth(self, kernel: int, sigma: float) -> None:
        low, high = noising.SIGMAS
        window = max(1, min(self.comparison.kernel + kernel, noising.LARGEST_KERNEL))
        spread = max(low, min(round(self.comparison.sigma + sigma, 2), high))
        _blur(self, window, spread)

    def action_best_blur(self) -> None:
        if self.comparison.forward is not None:
            _blur(self, *self.comparison.forward.best_blur(self.comparison.t))

    def action_way(self) -> None:
        self.view.next_method()
        self.refresh_bindings()

    def action_sample(self, delta: int = 1) -> None:
        """The run's next t."""
        spec, t = self.comparison.spec, self.comparison.t
        times = spec.t if spec else ()
        here = times.index(t) if t in times else -1
        if times:
            self.action_noise_at(times[(here + delta) % len(times)])

    def action_fold_view(self) -> None:
        self.view.next_layout()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in ("smooth", "best_blur"):
            return self.comparison.forward is not None and self.comparison.measuring
        if action == "way":
            some = len(compared(self.view)) < len(COMPARED)
            return self.view.layout_name == "row" and some
        frames = self.view.run_view.timeline.frames
        if action == "sample":
            return bool(frames) and frames[0].sheet.count > 1
        return action != "fold_view" or bool(frames)


def follow_form(commands: NoiseCommands) -> None:
    """Another blur was typed."""
    values, comparison = commands.form.values(), commands.comparison
    try:
        kernel, sigma = int(values["kernel"]), float(values["sigma"])
        spec = Denoise(image="tower", kernel=kernel, sigma=sigma)
    except ValueError:
        return  # said at its field
    if (spec.kernel, spec.sigma) != (comparison.kernel, comparison.sigma):
        comparison.kernel, comparison.sigma = spec.kernel, spec.sigma
        commands.view.draw()


def _blur(commands: NoiseCommands, kernel: int, sigma: float) -> None:
    """Show a blur; the form's own change comes a moment later and says the same."""
    commands.comparison.kernel, commands.comparison.sigma = kernel, sigma
    commands.form.form.set_values({"kernel": kernel, "sigma": sigma})
    commands.view.draw()
