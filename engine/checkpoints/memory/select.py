"""Which memory plan a cascade gets, and why, in one line."""

from dataclasses import replace

from engine.checkpoints.memory.candidate_plans import candidates, encoder_place, together
from engine.checkpoints.memory.plan import GB, Place, Plan, PlanRequest, Room, Text
from engine.errors import Unavailable

USABLE = 0.9
"""Of what is free: a forward pass takes up to 9 % more than its tensors hold, by the allocator's
own record, and memory fragments."""


def choose(asked: PlanRequest) -> Plan:
    """The first plan that fits, or the one that was asked for, fitting or not.

    Raises Unavailable where not even the smallest fits and none was asked for.
    """
    if not asked.room.devices:
        return _one_memory(asked)
    every = list(candidates(asked))
    found = [plan for plan in every if asked.wanted in ("auto", plan.name)]
    fitting = [plan for plan in found if fits(plan, asked.room)]
    least = min((plan for plan in found if plan.name == found[-1].name), key=_total)
    if not fitting and asked.wanted == "auto":
        raise Unavailable(_too_large(least, asked.room))
    chosen = fitting[0] if fitting else least
    return replace(chosen, why=_why(chosen, every, asked))


def fits(plan: Plan, room: Room) -> bool:
    """Whether its peaks are within what is free."""
    free = {**room.devices, "cpu": room.host}
    return all(peak <= USABLE * free[where] for where, peak in plan.peaks.items())


def _one_memory(asked: PlanRequest) -> Plan:
    """The CPU, or a device that shares its memory: there is nothing to move."""
    text: Text = "beside" if asked.keeps else "alone"
    places = [
        *encoder_place(asked, "cpu" if asked.text == "cpu" else text, asked.room.shared),
        *(Place(part, asked.room.shared, "always") for part in asked.stages),
    ]
    peak = together(place.part for place in places)
    why = f"{_gb(peak)} of {_gb(asked.room.host)} GB that are free, in the one memory there is"
    if peak > asked.room.host:
        why += "; that is not enough, and may end the program"
    text = text if asked.encoder else "cached"
    return Plan("resident", text, tuple(places), {"cpu": peak}, why)


def _why(chosen: Plan, every: list[Plan], asked: PlanRequest) -> str:
    said = _peaks(chosen, asked.room)
    if asked.wanted == chosen.name:
        short = "" if fits(chosen, asked.room) else ", which is not enough"
        return f"{said}{short}; as asked for"
    faster = every[: every.index(chosen)]
    names = {plan.name for plan in faster} - {chosen.name}
    if not names:
        return said
    least = min((plan for plan in faster if plan.name != chosen.name), key=_total)
    return f"{said}; {least.name} would take {_peaks(least, asked.room)}"


def _too_large(least: Plan, room: Room) -> str:
    return (
        f"not enough memory even for {least.name}: {_peaks(least, room)}; close other programs,"
        f" take a smaller model, --text-encoder cached, or --plan {least.name} to try it anyway"
    )


def _peaks(plan: Plan, room: Room) -> str:
    free = {**room.devices, "cpu": room.host}
    said = [
        f"{_gb(peak)} of {_gb(free[where])} GB on {'the host' if where == 'cpu' else where}"
        for where, peak in plan.peaks.items()
    ]
    return " and ".join(said)


def _total(plan: Plan) -> int:
    return sum(plan.peaks.values())


def _gb(size: int) -> str:
    return f"{size / GB:.1f}"
