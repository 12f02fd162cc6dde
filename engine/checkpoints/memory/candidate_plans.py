"""Every memory plan that a cascade could have on this machine, the fastest first."""

from collections.abc import Callable, Iterable, Iterator

from engine.checkpoints.memory.plan import ENCODER, Name, Place, Plan, PlanRequest, Text, When
from engine.checkpoints.memory.sizes import Component


def candidates(request: PlanRequest) -> Iterator[Plan]:
    """Plans with their peaks; for a machine that has accelerators."""
    names = list(request.room.devices)
    for stages in [(names[0], names[0]), *([(names[0], names[1])] if names[1:] else [])]:
        for text in _texts(request, "beside", "alone", "cpu"):
            for at in names if text == "beside" else names[:1]:
                yield _resident(request, stages, text, at)
    for text in _texts(request, "alone", "cpu"):
        yield _waiting(request, "sequential", "in turn", text, lambda part: part.whole)
    # in int8 an encoder is whole on its device, or not there
    for text in _texts(request, "alone" if request.text == "device" else "layers", "cpu"):
        yield _waiting(request, "offload", "layer by layer", text, _layers)


def together(parts: Iterable[Component]) -> int:
    """Bytes of all at once in one memory, one of them running."""
    there = list(parts)
    return sum(part.bytes for part in there) + max((part.working for part in there), default=0)


def encoder_place(request: PlanRequest, text: Text, where: str) -> list[Place]:
    """The text encoder's, if there is one."""
    if request.encoder is None:
        return []
    when: When = "always" if text == "beside" else "for a new prompt"
    return [Place(request.encoder, "cpu" if text == "cpu" else where, when)]


def _layers(part: Component) -> int:
    """Bytes of one layer, and of the next while it comes."""
    return part.working + 2 * part.layer


def _texts(request: PlanRequest, *usual: Text) -> tuple[Text, ...]:
    if request.encoder is None:
        return ("cached",)
    only: dict[str, tuple[Text, ...]] = {"cpu": ("cpu",), "device": usual[:-1]}
    return only.get(request.text, usual)


def _resident(request: PlanRequest, devices: tuple[str, str], text: Text, at: str) -> Plan:
    """UNets on one device or two; a text encoder that is alone there sends them to the host."""
    stages = [Place(p, d, "always") for p, d in zip(request.stages, devices, strict=False)]
    places = [*encoder_place(request, text, at), *stages]
    staying = places if text == "beside" else stages
    where = list(dict.fromkeys(place.where for place in staying))
    peaks = {d: together(p.part for p in staying if p.where == d) for d in where}
    host = max(place.part.bytes for place in places)  # while it is read from the disk
    if text == "alone" and request.encoder is not None:
        peaks[at] = max(peaks[at], request.encoder.whole)
        host = sum(place.part.bytes for place in places)
    return Plan("resident", text, tuple(places), {**peaks, "cpu": host})


def _waiting(
    request: PlanRequest, name: Name, when: When, text: Text, need: Callable[[Component], int]
) -> Plan:
    """Everything waits in host memory; `need` is what a part takes of the device when it runs."""
    device = next(iter(request.room.devices))
    stages = [Place(part, device, when) for part in request.stages]
    places = [*encoder_place(request, text, device), *stages]
    whole_parts = {ENCODER} if text == "alone" else set()
    peak = max(
        place.part.whole if place.part.name in whole_parts else need(place.part)
        for place in places
        if place.where == device
    )
    host = sum(place.part.bytes for place in places)
    return Plan(name, text, tuple(places), {device: peak, "cpu": host})
