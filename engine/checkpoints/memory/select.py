"""Which memory plan a cascade gets, and why, in one line."""

from dataclasses import replace

from engine.checkpoints.memory.candidate_plans import candidates, encoder_place, together
from engine.checkpoints.memory.plan import GB, Place, Plan, PlanRequest, Room, Text
from engine.errors import Unavailable

USABLE = 0.9
"""Of what is free: a forward pass takes up to 9 % more than its tensors hold, by the allocator's
own record, and memory fragments."""


def choose(request: PlanRequest) -> Plan:
    """The first plan that fits, or the one that was asked for, fitting or not.

    Raises Unavailable where not even the smallest fits and none was asked for.
    """
    if not request.room.devices:
        return _one_memory(request)
    every = list(candidates(request))
    wanted = [plan for plan in every if request.wanted in ("auto", plan.name)]
    fitting = [plan for plan in wanted if fits(plan, request.room)]
    least = min((plan for plan in wanted if plan.name == wanted[-1].name), key=_total)
    if not fitting and request.wanted == "auto":
        raise Unavailable(_too_large(least, request.room))
    chosen = fitting[0] if fitting else least
    return replace(chosen, why=_why(chosen, every, request))


def fits(plan: Plan, room: Room) -> bool:
    """Whether its peaks are within what is free."""
    free = {**room.devices, "cpu": room.host}
    return all(peak <= USABLE * free[where] for where, peak in plan.peaks.items())


def _one_memory(request: PlanRequest) -> Plan:
    """The CPU, or a device that shares its memory: there is nothing to move."""
    text: Text = "beside" if request.keeps else "alone"
    places = [
        *encoder_place(request, "cpu" if request.text == "cpu" else text, request.room.shared),
        *(Place(part, request.room.shared, "always") for part in request.stages),
    ]
    peak = together(place.part for place in places)
    why = f"{_gb(peak)} of {_gb(request.room.host)} GB that are free, in the one memory there is"
    if peak > request.room.host:
        why += "; that is not enough, and may end the program"
    text = text if request.encoder else "cached"
    return Plan("resident", text, tuple(places), {"cpu": peak}, why)


def _why(chosen: Plan, every: list[Plan], request: PlanRequest) -> str:
    peaks = _peaks(chosen, request.room)
    if request.wanted == chosen.name:
        short = "" if fits(chosen, request.room) else ", which is not enough"
        return f"{peaks}{short}; as asked for"
    faster = every[: every.index(chosen)]
    names = {plan.name for plan in faster} - {chosen.name}
    if not names:
        return peaks
    least = min((plan for plan in faster if plan.name != chosen.name), key=_total)
    return f"{peaks}; {least.name} would take {_peaks(least, request.room)}"


def _too_large(least: Plan, room: Room) -> str:
    return (
        f"not enough memory even for {least.name}: {_peaks(least, room)}; close other programs,"
        f" take a smaller model, --text-encoder cached, or --plan {least.name} to try it anyway"
    )


def _peaks(plan: Plan, room: Room) -> str:
    free = {**room.devices, "cpu": room.host}
    lines = [
        f"{_gb(peak)} of {_gb(free[where])} GB on {'the host' if where == 'cpu' else where}"
        for where, peak in plan.peaks.items()
    ]
    return " and ".join(lines)


def _total(plan: Plan) -> int:
    return sum(plan.peaks.values())


def _gb(size: int) -> str:
    return f"{size / GB:.1f}"
