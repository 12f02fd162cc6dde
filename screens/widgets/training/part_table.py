"""The parts of a training in figures: how far, how fast, how long it takes."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from rich.text import Text

from engine.events import Failed
from engine.runs.training_part import MEAN, PACE, RATE, Part
from screens.widgets.numbers import clock

Colour = Callable[[int], str]
UNKNOWN: Mapping[str, int] = MappingProxyType({})


def table(
    parts: Sequence[Part],
    chosen: str | None,
    colour: Colour,
    doing: str = "",
    batches: Mapping[str, int] = UNKNOWN,
) -> Text:
    """Lines for each part, each number in columns of its own; the ``chosen`` part is marked.

    ``batches`` says how many pictures a step of a part sees.
    """
    blocks = [
        _part(part, part.name == chosen, colour(number), batches.get(part.name, 0))
        for number, part in enumerate(parts)
    ]
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
        return "drawing" if _draws(part) else "running"
    return "broken off" if part.attempt.pid else ""


def _draws(part: Part) -> bool:
    """Whether an epoch has ended whose samples are not there yet."""
    mean = part.curves.get(MEAN)
    ended = mean is not None and bool(mean.steps) and mean.steps[-1] == part.step
    return ended and all(sheet.step != part.step for sheet in part.samples)


def spaced(number: int) -> str:
    """Thousands set apart: 12 500."""
    return f"{number:,}".replace(",", " ")


def brief(part: Part, batch: int = 0) -> str:
    """The same in one line, for where there is no room for more."""
    share = 100 * part.step / part.steps if part.steps else 0.0
    pace, loss, left = part.last(PACE), part.last("loss"), part.seconds_left
    words = [
        f"{spaced(part.step)}/{spaced(part.steps)} {share:.0f} %",
        f"loss {loss:.4f}" if loss is not None else "",
        f"{spaced(round(pace * batch))} images/s" if pace is not None and batch else "",
        f"{clock(left).strip()} left" if left is not None else "",
    ]
    return " · ".join(filter(None, words))


def _part(part: Part, chosen: bool, style: str, batch: int) -> Text:
    share = 100 * part.step / part.steps if part.steps else 0.0
    steps = f"{spaced(part.step):>7}/{spaced(part.steps):<7} {share:3.0f} %"
    first = Text.assemble(
        ("▌" if chosen else "●", style), (f" {part.name:<7}", "bold" if chosen else ""),
        steps, (f"  {state(part)}", "dim"),
    )  # fmt: skip
    lines = [_figures(part), _pictures(part, batch)]
    return Text.assemble(first, "\n", ("".join(f"  {line}\n" for line in lines if line), "dim"))


def _pictures(part: Part, batch: int) -> str:
    """How many pictures a second, and the loss over the last whole epoch."""
    pace, mean = part.last(PACE), part.last(MEAN)
    words = [
        f"{spaced(round(pace * batch))} images/s" if pace is not None and batch else "",
        f"mean of epoch {len(part.curves[MEAN].steps)} {mean:.4f}" if mean is not None else "",
    ]
    return "  ".join(filter(None, words))


def _figures(part: Part) -> str:
    loss, rate, pace = (part.last(name) for name in ("loss", RATE, PACE))
    left = part.seconds_left
    words = [
        f"loss {loss:.4f}" if loss is not None else "",
        f"{pace:5.2f}/s" if pace is not None else "",
        f"{clock(left)} left" if left is not None else f"{clock(part.seconds)} spent",
        f"lr {rate:.1e}".replace("e-0", "e-") if rate is not None else "",
    ]
    return "  ".join(filter(None, words))
