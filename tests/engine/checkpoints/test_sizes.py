"""Sizes from configs, held against networks that exist and passes that run."""

import pytest
import torch
from diffusers.models.attention_processor import AttnAddedKVProcessor2_0
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from torch import nn
from torch.profiler import ProfilerActivity, profile
from transformers.models.t5.configuration_t5 import T5Config
from transformers.models.t5.modeling_t5 import T5EncoderModel

from engine.checkpoints.memory import sizes
from engine.checkpoints.memory.peak_memory import peak
from tests.support.tiny_cascade import tiny_text_encoder
from tests.tools.if_sizes import PUBLISHED, T5_XXL, WIDTHS, if_unet


@pytest.mark.parametrize("size", WIDTHS)
def test_if_has_as_many_parameters_as_published(size: str) -> None:
    count = sizes.unet(size, if_unet(WIDTHS[size]), torch.float16).parameters
    rounded = 0.08 if size == "M" else 0.05  # 0.4 B may stand for 0.35 to 0.45
    assert count == pytest.approx(PUBLISHED[size], rel=rounded)
    assert round(count / 1e9, 1) == PUBLISHED[size] / 1e9


def test_t5_xxl_has_as_many_as_published() -> None:
    part = sizes.encoder("T5", T5_XXL, torch.bfloat16)
    assert part.parameters == pytest.approx(4.76e9, rel=0.01)
    assert part.bytes == 2 * part.parameters
    assert sizes.encoder("T5", T5_XXL, torch.bfloat16, 1).bytes == part.parameters


@pytest.mark.parametrize(("stage", "width", "side"), [(1, 64, 64), (2, 32, 96)])
def test_a_pass_takes_what_the_allocator_recorded(stage: int, width: int, side: int) -> None:
    config = if_unet(width, side, stage, text=64) | {"attention_head_dim": width}
    model = UNet2DConditionModel.from_config(config).eval()
    x = torch.randn(2, 3 * stage, side, side)
    text, level = torch.randn(2, 77, 64), torch.full((2,), 250) if stage == 2 else None
    recorded = _recorded(lambda: model(x, torch.tensor(5), text, class_labels=level))
    part = sizes.unet("UNet", config, torch.float32)
    assert 0.88 < part.working / recorded <= 1.0
    assert part.bytes == sum(p.nbytes for p in model.parameters())


def test_samples_and_precision_scale_what_a_pass_takes() -> None:
    config = if_unet(64, 32, text=64)
    one = sizes.unet("UNet", config, torch.float32)
    assert sizes.unet("UNet", config, torch.float32, 3).working == 3 * one.working
    assert sizes.unet("UNet", config, torch.float16).working == pytest.approx(
        one.working / 2, rel=0.05
    )


def test_the_encoders_pass_is_not_underestimated() -> None:
    config = tiny_text_encoder().config.to_dict() | {"d_model": 128, "d_ff": 512, "num_layers": 3}
    model, tokens = T5EncoderModel(T5Config(**config)).eval(), torch.ones(1, 77, dtype=torch.long)
    took = peak(lambda: model(tokens, attention_mask=tokens))
    assert took <= sizes.encoder("T5", config, torch.float32).working < 4 * took


def test_living_counts_what_lives_at_once() -> None:
    def run() -> None:
        a = torch.zeros(1000)
        b = a + 1
        del a
        b.view(10, 100).mul(2)

    assert peak(run) == 8000
    with torch.device("meta"):
        assert peak(run) == 8000


def test_ifs_attention_runs_in_fused_kernels() -> None:
    with torch.device("meta"):
        model = UNet2DConditionModel.from_config(if_unet(64))
    kinds = {type(processor) for processor in model.attn_processors.values()}
    assert kinds == {AttnAddedKVProcessor2_0}
    assert any(isinstance(module, nn.MultiheadAttention) for module in model.modules()) is False


def _recorded(run) -> int:  # type: ignore[no-untyped-def]
    """The most bytes that the CPU's allocator had given out."""
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as record, torch.no_grad():
        run()
    found = [e for e in record.profiler.kineto_results.events() if e.name() == "[memory]"]
    now = most = 0
    for event in sorted(found, key=lambda event: event.start_ns()):
        now += event.nbytes()
        most = max(most, now)
    return most
