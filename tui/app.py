"""Opens the app and sees it out: colour, pictures, signals, the engine's end."""

import gc
import os
import sys
from collections.abc import Mapping

from engine.errors import BadInput, Unavailable
from tui import signals
from tui.config import COLORS, Config, adopt_runs, load

COLOR_SYSTEMS = {"truecolor": "truecolor", "256": "256", "16": "standard", "none": "none"}
TRUECOLOR_TERMS = {
    "xterm-kitty",
    "xterm-ghostty",
    "alacritty",
    "wezterm",
    "foot",
    "foot-extra",
    "contour",
    "rio",
}
SWITCH_INTERVAL = 0.0005
"""Seconds a thread may hold the interpreter: short, so that keys are not late while torch works."""


def run_app(
    model: str = "tiny-if",
    stage2: str = "auto",
    device: str = "auto",
    images: str | None = None,
    color: str | None = None,
) -> int:
    """Open the app; returns the exit code. ``images`` and ``color`` overrule the config file.

    Raises :class:`BadInput` without a terminal or for an unknown ``images`` or ``color``,
    :class:`Unavailable` when the terminal cannot draw what ``images`` asks for.
    """
    _need_terminal()
    config = load()
    _choose_color(color or config.color)
    _choose_images(images, config)
    adopt_runs(config)
    sys.setswitchinterval(SWITCH_INTERVAL)
    return _run(model, stage2, device, config)


def _run(model: str, stage2: str, device: str, config: Config) -> int:
    gc.disable()  # until the first paint: nothing made so far is garbage
    from tui.program import Diffuscope, Leave

    app = Diffuscope(model, stage2, device, config)
    with signals.caught(app.finish, lambda code: app.post_message(Leave(code))):
        app.run()
    app.finish()
    code = app.return_code or 0
    if "torch" in sys.modules:
        signals.end_now(code)
    return code


def _need_terminal() -> None:
    if not all(stream and stream.isatty() for stream in (sys.__stdin__, sys.__stderr__)):
        raise BadInput(
            "no terminal: the app needs one on stdin and stderr;"
            ' without one use `diffuscope generate "PROMPT"`'
        )
    if os.environ.get("TERM", "") in ("", "dumb"):
        raise BadInput("TERM is not set to a terminal that can draw: try TERM=xterm-256color")


def _choose_color(name: str) -> None:
    """Before textual is imported, because it reads its colour system only then."""
    if name not in COLORS:
        raise BadInput(f"--color {name!r} is unknown: use one of {', '.join(COLORS)}")
    if name == "none":
        os.environ["NO_COLOR"] = "1"
    elif name != "auto":
        os.environ["TEXTUAL_COLOR_SYSTEM"] = COLOR_SYSTEMS[name]
    elif truecolor_inferred(os.environ):
        os.environ["TEXTUAL_COLOR_SYSTEM"] = "truecolor"
    if os.environ.get("SSH_CONNECTION"):
        os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")


def truecolor_inferred(environ: Mapping[str, str]) -> bool:
    """ssh does not forward COLORTERM: these terminals say by their name that they have it."""
    if environ.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        return True
    term = environ.get("TERM", "")
    return term.endswith("-direct") or term in TRUECOLOR_TERMS


def _choose_images(said: str | None, config: Config) -> None:
    from screens.picture import mode

    try:
        mode.choose(said or config.images)
    except Unavailable:
        if said:
            raise
        mode.choose("half")
