"""What the machine does, also where a card has fewer meters or none is there."""

import sys
from types import SimpleNamespace

import pytest

from engine import system_stats
from screens.widgets.training.load_line import load_lines


class NVMLError(Exception):
    pass


class OneCard(SimpleNamespace):
    """NVIDIA's library on a machine with one card that has no power meter."""

    NVMLError, NVML_TEMPERATURE_GPU = NVMLError, 0

    def nvmlDeviceGetPowerUsage(self, _: object) -> int:  # noqa: N802
        raise NVMLError


def test_the_host_has_processors_and_memory() -> None:
    found = system_stats.load()
    assert found.processors >= 1
    assert 0 < found.used < found.total
    assert 0 <= found.busy <= 100


def test_a_card_without_a_meter_is_shown_by_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    nvml = OneCard(
        nvmlDeviceGetCount=lambda: 1,
        nvmlDeviceGetHandleByIndex=lambda n: n,
        nvmlDeviceGetMemoryInfo=lambda h: SimpleNamespace(used=12_340_000_000, total=85 * 10**9),
        nvmlDeviceGetUtilizationRates=lambda h: SimpleNamespace(gpu=87),
        nvmlDeviceGetTemperature=lambda h, kind: 54,
    )
    monkeypatch.setattr(system_stats, "_nvml", lambda: nvml)
    (card,) = system_stats.cards()
    assert (card.watts, card.celsius) == (None, 54)
    line = load_lines(system_stats.Load(5.0, 2, 10**9, 8 * 10**9, (card,)))
    assert line == "host   5 % of 2 cpus   1.0/8 GB\ngpu0  87 %  12.3/85 GB  54 °C"


def test_a_library_without_a_driver_is_no_card(monkeypatch: pytest.MonkeyPatch) -> None:
    def begin() -> None:
        raise NVMLError("driver not loaded")

    fake = SimpleNamespace(NVMLError=NVMLError, nvmlInit=begin)
    monkeypatch.setitem(sys.modules, "pynvml", fake)
    assert system_stats._nvml.__wrapped__() is None
    monkeypatch.setitem(sys.modules, "pynvml", None)
    assert system_stats._nvml.__wrapped__() is None
