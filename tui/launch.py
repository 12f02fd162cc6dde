"""Opens the app and sees it out: colour, pictures, signals, the engine's end."""

import gc
import os
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

from engine.errors import BadInput, Unavailable
from screens.picture import picture_mode
from screens.picture.capabilities import CELL, Capabilities, window_cell
from screens.picture.detect import detect, guessed
from screens.picture.probe.exchange import Quiet, can_ask
from tui import signals
from tui.config import COLORS, Config, adopt_runs, load

COLOR_SYSTEMS = {"truecolor": "truecolor", "256": "256", "16": "standard", "none": "none"}
SWITCH_INTERVAL = 0.0005
"""Seconds a thread may hold the interpreter: short, so that keys are not late while torch works."""


def run_app(
    model: str = "tiny-if",
    stage2: str = "auto",
    device: str = "auto",
    images: str | None = None,
    color: str | None = None,
    bandwidth: float | None = None,
    **ways: Any,
) -> int:
    """Open the app; returns the exit code. ``images`` to ``bandwidth`` overrule the config file.

    ``ways`` are further fields of a request that opens a cascade, such as its memory plan.

    Raises :class:`BadInput` without a terminal or for an unknown ``images`` or ``color``,
    :class:`Unavailable` where tmux lets nothing through of what ``images`` asks for.
    """
    _need_terminal()
    config = load()
    way = picture_mode.checked(images or config.images)
    depth = _checked_color(color or config.color)
    adopt_runs(config)
    sys.setswitchinterval(SWITCH_INTERVAL)
    with signals.unwound(), ExitStack() as stack:
        quiet = stack.enter_context(_quiet()) if picture_mode.asks(way) and _can_ask() else None
        capabilities = _capabilities(quiet)
        _choose_color(depth, capabilities)
        _choose_images(images, way, capabilities)
        config = replace(config, bandwidth=bandwidth or config.bandwidth)
        return _run({"model": model, "stage2": stage2, "device": device, **ways}, config, quiet)


def _run(asked: Mapping[str, Any], config: Config, quiet: Quiet | None) -> int:
    gc.disable()  # until the first paint: nothing made so far is garbage
    from tui.app import Diffuscope

    app = Diffuscope(**asked, config=config)
    if quiet:
        from tui.driver import driver

        app.driver_class = driver(quiet)
    before = quiet.before if quiet else None
    with signals.caught(
        app.leaving.finish, lambda code: app.call_later(app.exit, None, code), before, app.freed
    ):
        app.run()
    app.leaving.finish()
    code = app.return_code or 0
    if "torch" in sys.modules:
        signals.end_now(code)
    return code


def _capabilities(quiet: Quiet | None) -> Capabilities:
    """Asked on the very streams that the app reads and writes."""
    cell = window_cell(sys.__stderr__.fileno()) if sys.__stderr__ else CELL
    return detect(os.environ, quiet.ask, cell) if quiet else guessed(os.environ, cell)


def _can_ask() -> bool:
    return can_ask(sys.__stdin__, sys.__stderr__, os.environ)


def _quiet() -> Quiet:
    assert sys.__stdin__
    assert sys.__stderr__
    return Quiet(sys.__stdin__.fileno(), sys.__stderr__.fileno())


def _need_terminal() -> None:
    if not all(stream and stream.isatty() for stream in (sys.__stdin__, sys.__stderr__)):
        raise BadInput(
            "no terminal: the app needs one on stdin and stderr;"
            ' without one use `diffuscope generate "PROMPT"`'
        )
    if os.environ.get("TERM", "") in ("", "dumb"):
        raise BadInput("TERM is not set to a terminal that can draw: try TERM=xterm-256color")


def _checked_color(name: str) -> str:
    if name not in COLORS:
        raise BadInput(f"--color {name!r} is unknown: use one of {', '.join(COLORS)}")
    return name


def _choose_color(name: str, capabilities: Capabilities) -> None:
    """Before textual is imported, because it reads its colour system only then."""
    if name == "none":
        os.environ["NO_COLOR"] = "1"
    elif name != "auto":
        os.environ["TEXTUAL_COLOR_SYSTEM"] = COLOR_SYSTEMS[name]
    elif capabilities.truecolor:
        os.environ["TEXTUAL_COLOR_SYSTEM"] = "truecolor"
    elif capabilities.asked:
        os.environ.pop("COLORTERM", None)  # inherited from another terminal: this one said no
    if capabilities.ssh:
        os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")


def _choose_images(asked: str | None, way: str, capabilities: Capabilities) -> None:
    try:
        picture_mode.choose(way, capabilities)
    except Unavailable:
        if asked:
            raise
        picture_mode.choose("half", capabilities)
