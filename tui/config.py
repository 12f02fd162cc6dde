"""The config file: what a person sets once. A wrong line is said in one line and left out."""

import math
import os
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from platformdirs import user_config_path

from engine.runs.paths import ENV
from screens.picture.picture_mode import modes

COLORS = ("auto", "truecolor", "256", "16", "none")


@dataclass(frozen=True)
class Config:
    """``[keys]`` maps a key's id to its new key; ``problems`` are lines to show at the start.

    ``bandwidth`` is what pictures may take of the link, in KB a second; None: what there is.
    """

    images: str = "auto"
    color: str = "auto"
    bandwidth: float | None = None
    runs: str = ""
    theme: str = "textual-dark"
    keys: dict[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def path() -> Path:
    """Where the config file lies on this system."""
    return user_config_path("diffuscope") / "config.toml"


def load(file: Path | None = None) -> Config:
    """The config of ``file`` (the user's own by default), the defaults where it says nothing."""
    file = file or path()
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Config()
    except (OSError, UnicodeDecodeError):
        return Config(problems=(f"{file} cannot be read as text; the defaults are used",))
    try:
        return _checked(tomllib.loads(text), file)
    except tomllib.TOMLDecodeError as error:
        return Config(problems=(f"{file} is not TOML ({error}); the defaults are used",))


def adopt_runs(config: Config) -> None:
    """Keep runs where the config file says, unless the environment says otherwise."""
    if config.runs and ENV not in os.environ:
        os.environ[ENV] = str(Path(config.runs).expanduser())


def _checked(settings: dict[str, Any], file: Path) -> Config:
    good: dict[str, Any] = {}
    problems = []
    for name, value in settings.items():
        wrong = _RULES[name](value) if name in _RULES else f"unknown; use one of {_NAMES}"
        if wrong:
            problems.append(f"{file.name}: {name} is {wrong}")
        else:
            good[name] = value
    good["keys"], clashes = _keys(good.get("keys", {}), file)
    return Config(**good, problems=(*problems, *clashes))


def _keys(keys: dict[str, str], file: Path) -> tuple[dict[str, str], list[str]]:
    from screens.keys import BY_ID

    unknown = [name for name in keys if name not in BY_ID]
    lines = [f"{file.name}: no key is called {name!r}; `?` lists them" for name in unknown]
    return {name: key for name, key in keys.items() if name in BY_ID}, lines


def _one_of(names: tuple[str, ...]) -> Callable[[Any], str]:
    return lambda value: "" if value in names else f"{value!r}; use one of {', '.join(names)}"


def _text(value: Any) -> str:
    return "" if isinstance(value, str) else "not a text in quotes"


def _rate(value: Any) -> str:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return "" if number and 0 < value < math.inf else f"{value!r}; give KB a second, such as 100"


def _table(value: Any) -> str:
    right = isinstance(value, dict) and all(isinstance(key, str) for key in value.values())
    return "" if right else 'not a table such as "timeline.next" = "l"'


_RULES: dict[str, Callable[[Any], str]] = {
    "images": _one_of(modes()),
    "color": _one_of(COLORS),
    "bandwidth": _rate,
    "runs": _text,
    "theme": _text,
    "keys": _table,
}
_NAMES = ", ".join(_RULES)
