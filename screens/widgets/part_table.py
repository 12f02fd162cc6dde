"""The parts of a training in figures: how far, how fast, how long it takes."""

from collections.abc import Callable, Sequence

from rich.text import Text

from engine.events import Failed
from engine.runs.training import PACE, RATE, Part
from screens.widgets.numbers import clock

Colour = Callable[[int], str]


def table(parts: Sequence[Part], chosen: str | None, colour: Colour, doing: str = "") -> Text:
    """Two lines a part, each number in columns of its own; the ``chosen`` part is marked."""
    blocks = [_part(part, part.name == chosen, colour(number)) for number, part in enumerate(parts)]
    if not blocks:
        return Text(doing or "nothing is trained yet", "dim")
    return Text("\n", no_wrap=True, overflow="ellipsis").join(blocks)


def state(part: Part) -> str:
    """What a part's training is doing, or how it ended, in a few words."""
    ending = part.attempt.ending
    if isinstance(ending, Failed):
        return ending.message
    if ending is not None:
        return "done" if part.done else "stopped"
    if part.attempt.live:
        return "running"
    return "broken off" if part.attempt.pid else ""


def spaced(number: int) -> str:
    """Thousands set apart: 12 500."""
    return f"{number:,}".replace(",", " ")


def _part(part: Part, chosen: bool, style: str) -> Text:
    share = 100 * part.step / part.steps if part.steps else 0.0
    steps = f"{spaced(part.step):>7}/{spaced(part.steps):<7} {share:3.0f} %"
    first = Text.assemble(
        ("▌" if chosen else "●", style), (f" {part.name:<7}", "bold" if chosen else ""),
        steps, (f"  {state(part)}", "dim"),
    )  # fmt: skip
    return Text.assemble(first, "\n", (f"  {_figures(part)}", "dim"), "\n")


def _figures(part: Part) -> str:
    loss, rate, pace = (part.last(name) for name in ("loss", RATE, PACE))
    left = part.seconds_left
    said = [
        f"loss {loss:.4f}" if loss is not None else "",
        f"{pace:5.2f}/s" if pace is not None else "",
        f"{clock(left)} left" if left is not None else f"{clock(part.seconds)} spent",
        f"lr {rate:.1e}".replace("e-0", "e-") if rate is not None else "",
    ]
    return "  ".join(filter(None, said))
