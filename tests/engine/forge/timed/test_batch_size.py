"""The batch that is chosen: as large as pays, as fits, as there is time to try."""

import pytest
import torch
from torch import Tensor, nn

from engine.forge.timed import batch_size
from engine.training.trainer import Objective


class Machine:
    """Takes `base` seconds a step and `each` for a picture, and has room for `room` of them."""

    def __init__(self, base: float, each: float, room: int = 10**6) -> None:
        self.base, self.each, self.room, self.now = base, each, room, 0.0
        self.tried: list[int] = []

    def monotonic(self) -> float:
        return self.now

    def objective(self, batch: int) -> Objective:
        self.tried.append(batch)

        def learn(model: nn.Module, step: int, generator: torch.Generator) -> dict[str, Tensor]:
            if batch > self.room:
                raise torch.OutOfMemoryError
            self.now += self.base + batch * self.each
            return {"loss": model(torch.ones(1, 2)).square().sum()}

        return learn


@pytest.mark.parametrize(
    ("machine", "seconds", "chosen", "tried"),
    [
        (Machine(0.05, 0.0), 100.0, 256, [32, 64, 128, 256]),  # waits for small kernels
        (Machine(0.0, 0.01), 100.0, 32, [32, 64]),  # every picture costs the same
        (Machine(0.05, 0.05 / 100), 100.0, 64, [32, 64, 128]),
        (Machine(0.05, 0.0, room=100), 100.0, 64, [32, 64, 128]),
        (Machine(2.0, 0.0), 5.0, 32, [32]),  # no time to try another
    ],
)
def test_a_batch_is_doubled_while_that_pays(
    monkeypatch: pytest.MonkeyPatch, machine: Machine, seconds: float, chosen: int, tried: list[int]
) -> None:
    monkeypatch.setattr(batch_size, "time", machine)
    model = nn.Linear(2, 1)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    found = batch_size.best(model, machine.objective, 32, 256, seconds)
    assert (found.batch, machine.tried) == (chosen, tried)
    assert found.seconds == pytest.approx(machine.base + chosen * machine.each)
    assert found.pictures == pytest.approx(chosen / found.seconds)
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


def test_what_does_not_fit_at_all_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(0.1, 0.0, room=8)
    with pytest.raises(torch.OutOfMemoryError):
        batch_size.best(nn.Linear(2, 1), machine.objective, 32, 256, 10.0)
