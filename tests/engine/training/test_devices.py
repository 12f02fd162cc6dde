"""Which device a process trains on, and what is kept there. No accelerator is needed."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from engine.errors import BadInput
from engine.training import checkpoint, trainer
from engine.training import devices as placement
from engine.training.trainer import Settings
from tests.support.fake_accelerator import ELSEWHERE, pretend

CUDA = torch.device("cuda", 0)


@pytest.fixture
def gpus(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """A machine with so many GPUs, and so many processes on it, of which this is one."""

    def there(count: int, processes: int = 1, this: int = 0) -> None:
        monkeypatch.setattr(torch.cuda, "device_count", lambda: count)
        monkeypatch.setattr(torch.cuda, "set_device", lambda device: None)
        monkeypatch.setenv("LOCAL_WORLD_SIZE", str(processes))
        monkeypatch.setenv("LOCAL_RANK", str(this))

    return there


def test_every_process_has_the_gpu_of_its_number(gpus: Callable[..., None]) -> None:
    gpus(4, processes=3, this=2)
    assert placement.own_device("auto") == placement.own_device("cuda") == torch.device("cuda", 2)
    assert placement.own_device("cpu") == torch.device("cpu")


def test_one_process_has_the_gpu_that_is_named_or_the_first(gpus: Callable[..., None]) -> None:
    gpus(4)
    assert placement.own_device("cuda:3") == torch.device("cuda", 3)
    assert placement.own_device("cuda") == torch.device("cuda", 0)


@pytest.mark.parametrize(
    ("name", "count", "said"),
    [("cuda:1", 4, "2 processes cannot share cuda:1"), ("auto", 1, "2 processes, but 1 CUDA dev")],
)
def test_processes_that_would_share_a_gpu_are_refused(
    gpus: Callable[..., None], name: str, count: int, said: str
) -> None:
    gpus(count, processes=2, this=1)
    with pytest.raises(BadInput, match=said) as caught:
        placement.own_device(name)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("free", "kept"), [(301, True), (299, False)])
def test_pictures_stay_on_the_gpu_where_there_is_room(
    monkeypatch: pytest.MonkeyPatch, free: int, kept: bool
) -> None:
    gone: list[torch.device] = []
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda device: (free, 1000))
    monkeypatch.setattr(Tensor, "to", lambda self, device: gone.append(device) or self)
    placement.resident(torch.zeros(100, dtype=torch.uint8), CUDA)
    assert gone == ([CUDA] if kept else [])


def test_noise_is_the_same_on_every_device() -> None:
    draw = lambda device: placement.normal(  # noqa: E731
        torch.Size((2, 3)), torch.Generator().manual_seed(7), device
    )
    with pretend():
        there = draw(ELSEWHERE)
        assert there.device == ELSEWHERE
        assert torch.equal(there.cpu(), draw(placement.CPU))


def test_tensors_of_two_devices_do_not_mix_where_the_other_tests_pretend() -> None:
    with pretend(), pytest.raises(AssertionError, match="mixes devices"):
        torch.ones(3).to(ELSEWHERE) + torch.ones(3)


def objective(model: nn.Module, step: int, generator: torch.Generator) -> dict[str, Tensor]:
    device = next(model.parameters()).device
    rows = placement.normal(torch.Size((8, 3)), generator, device)
    return {"loss": (model(rows) - rows.sum(1, keepdim=True)).square().mean()}


def test_a_checkpoint_goes_from_device_to_device(tmp_path_factory: pytest.TempPathFactory) -> None:
    def trained(*devices: torch.device) -> dict[str, Tensor]:
        """Two steps on each device in turn, by way of the disk."""
        folder = tmp_path_factory.mktemp("run")
        for turn, device in enumerate(devices, 1):
            how = Settings(steps=2 * turn, learning_rate=lambda step: 1e-2)
            with torch.random.fork_rng(devices=[]), pretend():
                torch.manual_seed(0)
                training = trainer.begin(nn.Linear(3, 1).to(device), how)
                trainer.resume(training, folder)
                trainer.train(training, objective, how, folder)
            assert {p.device for p in training.ema.parameters()} == {device}
        return checkpoint.read(next(checkpoint.newest(folder)))[0]

    here = trained(placement.CPU, placement.CPU, placement.CPU)
    across = trained(placement.CPU, ELSEWHERE, placement.CPU)
    assert here.keys() == across.keys()
    assert all(torch.allclose(here[name], across[name], atol=1e-6) for name in here)
