"""Doctor's table of a cascade's parts: how large they are, where they would live, and why."""

from collections.abc import Iterator

import torch

from engine.checkpoints.devices import pick_devices
from engine.checkpoints.load_options import LoadOptions
from engine.checkpoints.memory import measure
from engine.checkpoints.memory.plan import GB, Place, Plan
from engine.checkpoints.opening import read_folders
from engine.checkpoints.resolve import to_fetch
from engine.errors import BadInput, Unavailable
from engine.specs import Doctor

Finding = tuple[str, bool, str, str]


def findings(spec: Doctor, loaded: Plan | None = None) -> Iterator[Finding]:
    """One for the plan, then one for each part; nothing is loaded, and nothing fetched.

    A plan by which the cascade is loaded is told as it is.
    """
    try:
        chosen = loaded if loaded and loaded.peaks.keys() != {"cpu"} else _plan(spec)
    except BadInput:  # said already where the model is looked at
        return
    except Unavailable as error:
        yield "plan", False, str(error), ""
        return
    if chosen is None:
        yield "plan", True, f"known once {spec.model} is here, before it is loaded", ""
        return
    short = "not enough" in chosen.why
    advice = "a smaller --plan, or --text-encoder cached" if short else ""
    yield "plan", not short, f"{chosen.name}: {chosen.why}", advice
    for place in chosen.places:
        yield "plan", True, _line(place), ""


def ways(spec: Doctor) -> LoadOptions:
    """How the request wants its cascade on the machine."""
    return LoadOptions(spec.plan, spec.text_encoder, spec.precision)


def _plan(spec: Doctor) -> Plan | None:
    asked, places = ways(spec), pick_devices(spec.device)
    half = asked.dtype(places[0]) != torch.float32
    if to_fetch(spec.model, "auto", half):
        return None
    return measure.plan(
        read_folders(spec.model, "auto", half, lambda _: None, asked), places, asked
    )


def _line(place: Place) -> str:
    part = place.part
    said = f"{_short(part.parameters, 1e9, 'B')} parameters, {_short(part.bytes, GB, 'GB')}"
    running = f"{_short(part.working, GB, 'GB')} more to run"
    return f"{part.name}: {said}, {running}; {place.where} {place.when}"


def _short(number: int, large: float, unit: str) -> str:
    """In thousandths of the unit where it is small: 4.30 B, 371.6 M, 8.0 GB, 166.5 MB."""
    if number >= large:
        return f"{number / large:.2f} {unit}"
    return f"{number * 1000 / large:.1f} {'M' if unit == 'B' else 'MB'}"
