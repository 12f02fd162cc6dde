"""Plans carried out on pretended devices, which refuse to be mixed with the CPU."""

import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from engine.checkpoints import Cascade, devices, loading, open_cascade, opening
from engine.checkpoints.devices import LoadOptions
from engine.checkpoints.memory import measure
from engine.checkpoints.memory.plan import GB, Room
from engine.checkpoints.text import embeddings
from engine.diffusion.denoiser import guided
from engine.diffusion.noise import NoiseSource
from engine.errors import BadInput, Unavailable
from engine.sampling import stage2
from engine.specs import Generate
from tests.support.fake_accelerator import ELSEWHERE, pretend


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine with one accelerator of 1 GB."""
    monkeypatch.setattr(opening, "pick_devices", lambda _: [ELSEWHERE])
    _has_free(monkeypatch, GB)
    with pretend():
        yield


def _has_free(monkeypatch: pytest.MonkeyPatch, free: int) -> None:
    monkeypatch.setattr(measure, "free_memory", lambda _: Room({str(ELSEWHERE): free}, 64 * GB))


def _pictures(cascade: Cascade) -> tuple[Tensor, Tensor]:
    """One call of each stage's network, by way of the code that runs them."""
    spec = Generate(prompt="a rocket")
    noise = NoiseSource.for_seeds(1, 1, cascade.device)
    cond = cascade.embed(["a rocket", ""])
    with torch.inference_mode():
        x = noise.draw((3, 16, 16))
        first = guided(cascade.stage1.unet, cond[:1], cond[1:], 7.0)(x, 500).eps
        prompted = stage2.prompted(spec, cascade)
        start, stage = stage2.begin(spec, cascade, first.cpu(), noise, [500], prompted)
        second = stage.denoiser(start, 500).eps
    return first.cpu(), second.cpu()


@pytest.fixture(scope="module")
def expected(tiny_cascade: Path) -> tuple[Tensor, Tensor]:
    return _pictures(open_cascade(str(tiny_cascade), device="cpu"))


@pytest.mark.parametrize("plan", ["resident", "sequential", "offload"])
@pytest.mark.parametrize("text_encoder", ["auto", "cpu"])
@pytest.mark.usefixtures("elsewhere")
def test_every_plan_gives_the_same_pictures_twice(
    plan: str, text_encoder: str, tiny_cascade: Path, expected: tuple[Tensor, Tensor]
) -> None:
    ways = LoadOptions(plan=plan, text_encoder=text_encoder)  # type: ignore[arg-type]
    opened = open_cascade(str(tiny_cascade), ways=ways)
    assert opened.plan is not None
    assert opened.plan.name == plan
    for _ in range(2):
        ours = _pictures(opened)
        assert all(torch.equal(a, b) for a, b in zip(ours, expected, strict=True))


@pytest.mark.usefixtures("elsewhere")
def test_in_sequence_one_part_is_there_at_a_time(tiny_cascade: Path) -> None:
    opened = open_cascade(str(tiny_cascade), ways=LoadOptions(plan="sequential"))
    assert opened.stage2 is not None
    first, second = opened.stage1.unet, opened.stage2.unet
    assert (_where(first), _where(second)) == ("cpu", "cpu")
    _pictures(opened)
    assert (_where(first), _where(second)) == ("cpu", "lazy")
    opened.embed(["a prompt that is new"])
    assert (_where(first), _where(second)) == ("cpu", "cpu")


@pytest.mark.usefixtures("elsewhere")
def test_layer_by_layer_nothing_stays_there(tiny_cascade: Path) -> None:
    opened = open_cascade(str(tiny_cascade), ways=LoadOptions(plan="offload"))
    _pictures(opened)
    assert _where(opened.stage1.unet) == "meta"


@pytest.mark.usefixtures("elsewhere")
def test_a_text_encoder_alone_sends_the_others_away_and_leaves_nothing(
    tiny_cascade: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, weakref.ref[nn.Module]]] = []
    load = embeddings.load_encoder

    def watched(*given) -> nn.Module:  # type: ignore[no-untyped-def]
        found = load(*given)
        seen.append((_where(opened.stage1.unet), weakref.ref(found)))
        return found

    monkeypatch.setattr(embeddings, "load_encoder", watched)
    _has_free(monkeypatch, 3_880_000)  # 0.9 of it is enough for the UNets, not for all three
    opened = open_cascade(str(tiny_cascade))
    assert opened.plan is not None
    assert (opened.plan.name, opened.plan.text) == ("resident", "alone")
    _pictures(opened)
    opened.embed(["a prompt that is new"])
    assert [where for where, _ in seen] == ["cpu", "cpu"]  # two prompts at once, then one
    assert all(module() is None for _, module in seen)


@pytest.mark.usefixtures("elsewhere")
def test_the_plan_is_said_before_anything_is_loaded(tiny_cascade: Path) -> None:
    said: list[object] = []
    open_cascade(str(tiny_cascade), emit=said.append)
    assert str(said[0]).startswith("plan: resident, 0.0 of 1.0 GB on lazy:0")
    assert str(said[1]).startswith("loading")


@pytest.mark.usefixtures("elsewhere")
def test_a_model_that_fits_nowhere_is_told_before_it_is_loaded(
    tiny_cascade: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _has_free(monkeypatch, 1000)
    said: list[object] = []
    with pytest.raises(Unavailable, match="not enough memory even for offload"):
        open_cascade(str(tiny_cascade), emit=said.append)
    assert said == []


def test_the_precision_is_chosen(tiny_cascade: Path) -> None:
    opened = open_cascade(str(tiny_cascade), device="cpu", ways=LoadOptions(precision="bf16"))
    assert opened.stage1.unet.dtype == opened.stage1.dtype == torch.bfloat16


def test_int8_asks_for_what_it_needs(tiny_cascade: Path) -> None:
    with pytest.raises(Unavailable, match="int8 needs a CUDA device"):
        open_cascade(str(tiny_cascade), device="cpu", ways=LoadOptions(text_encoder="int8"))


def test_int8_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(Unavailable, match=r"pip install 'diffuscope\[gpu\]'"):
        loading.check_int8(torch.device("cuda", 0))


def test_several_devices_must_be_of_cuda() -> None:
    assert devices.pick_devices("cpu") == [torch.device("cpu")]
    with pytest.raises(Unavailable, match="cuda:0 is not available"):
        devices.pick_devices("cuda:0,cuda:1")


def test_auto_takes_every_cuda_device(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    two = [torch.device("cuda", 0), torch.device("cuda", 1)]
    assert devices.pick_devices("auto") == two
    assert devices.pick_devices("cuda:0, cuda:1") == two
    assert devices.pick_devices("cuda") == two[:1]
    with pytest.raises(BadInput, match="several devices must be CUDA's"):
        devices.pick_devices("cuda:1,cpu")


def _where(module: nn.Module) -> str:
    return next(module.parameters()).device.type
