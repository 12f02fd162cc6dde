"""What an inpainting will cost, said before it begins."""

from PIL import Image

from engine.specs import Inpaint
from screens.canvas.masks import legend

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
