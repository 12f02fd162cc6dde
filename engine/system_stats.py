"""What the machine does at the moment: its processors, its memory, its NVIDIA cards. Torch-free."""

from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any

import psutil

SPAN = 0.1
"""Seconds over which it is measured how busy the processors are."""


@dataclass(frozen=True)
class Card:
    """One graphics card: how busy in percent, memory in bytes, power in watts, warmth in °C.

    Power and warmth are None where the card does not tell.
    """

    busy: float
    used: int
    total: int
    watts: float | None
    celsius: int | None


@dataclass(frozen=True)
class Load:
    """The host: how busy in percent of all its processors, memory in bytes, and its cards."""

    busy: float
    processors: int
    used: int
    total: int
    cards: tuple[Card, ...] = ()


def load() -> Load:
    """The load now; measuring takes ``SPAN``: not for an event loop."""
    memory = psutil.virtual_memory()
    busy = psutil.cpu_percent(interval=SPAN)
    taken = memory.total - memory.available
    return Load(busy, psutil.cpu_count() or 1, taken, memory.total, cards())


def cards() -> tuple[Card, ...]:
    """The NVIDIA cards; none where there are none, or their library is not installed."""
    nvml = _nvml()
    if nvml is None:
        return ()
    try:
        handles = [nvml.nvmlDeviceGetHandleByIndex(n) for n in range(nvml.nvmlDeviceGetCount())]
        return tuple(_card(nvml, handle) for handle in handles)
    except nvml.NVMLError:
        return ()


def _card(nvml: Any, handle: Any) -> Card:
    memory = nvml.nvmlDeviceGetMemoryInfo(handle)
    busy = float(nvml.nvmlDeviceGetUtilizationRates(handle).gpu)
    watts: float | None = None
    celsius: int | None = None
    with suppress(nvml.NVMLError):  # not every card has a meter for each
        watts = nvml.nvmlDeviceGetPowerUsage(handle) / 1000
    with suppress(nvml.NVMLError):
        celsius = int(nvml.nvmlDeviceGetTemperature(handle, nvml.NVML_TEMPERATURE_GPU))
    return Card(busy, int(memory.used), int(memory.total), watts, celsius)


@cache
def _nvml() -> Any:
    """NVIDIA's library, begun once; None where it is not installed or finds no driver."""
    try:
        import pynvml
    except ImportError:
        return None
    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        return None
    return pynvml
