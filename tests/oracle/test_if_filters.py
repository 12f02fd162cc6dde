"""A run on a folder in the hub's layout against IFPipeline with its own checker and watermark."""

import queue
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import DDPMScheduler, IFPipeline, UNet2DConditionModel
from diffusers.pipelines.deepfloyd_if.watermark import IFWatermarker
from PIL import Image
from transformers import CLIPImageProcessor, T5EncoderModel, T5Tokenizer

from engine.events import ENDINGS, Blocked, Event
from engine.specs import Generate
from engine.worker import Worker
from tests.support.if_repository import if_stage1_repo, rewrite_checker, set_heads, tiny_checker

PROMPT, SEED = "a rocket on a blue background", 2718


@pytest.fixture(params=[-9.0, 9.0], ids=["passed", "blocked"])
def bias(request: pytest.FixtureRequest) -> float:
    return float(request.param)


@pytest.fixture
def root(tmp_path: Path, bias: float) -> Path:
    folder = if_stage1_repo(tmp_path / "model", checker="safetensors", size=32)
    rewrite_checker(folder, _checker(bias))
    return folder


def _checker(bias: float) -> Any:
    checker = tiny_checker()
    set_heads(checker, p_bias=bias, w_bias=-9.0)
    return checker


def _pipeline(root: Path, bias: float) -> IFPipeline:
    """Theirs, each part by its own class; IFSafetyChecker cannot be loaded from a folder today."""
    pipe = IFPipeline(
        T5Tokenizer.from_pretrained(root / "tokenizer"),
        T5EncoderModel.from_pretrained(root / "text_encoder"),
        UNet2DConditionModel.from_pretrained(root / "unet"),
        DDPMScheduler.from_pretrained(root / "scheduler"),
        _checker(bias),
        CLIPImageProcessor.from_pretrained(root / "feature_extractor"),
        IFWatermarker.from_pretrained(root / "watermarker"),
    )
    pipe.set_progress_bar_config(disable=True)
    return pipe


def _theirs(root: Path, bias: float) -> list[Image.Image]:
    pipe = _pipeline(root, bias)
    cond, uncond = pipe.encode_prompt(PROMPT, negative_prompt="")
    drawn = pipe(
        prompt_embeds=cond.repeat(2, 1, 1),
        negative_prompt_embeds=uncond.repeat(2, 1, 1),
        guidance_scale=7.0,
        num_inference_steps=3,
        generator=[torch.Generator().manual_seed(SEED + i) for i in range(2)],
    )
    images: list[Image.Image] = drawn.images
    return images


def _ours(root: Path, folder: Path) -> list[Event]:
    seen: queue.Queue[Event] = queue.Queue()
    worker = Worker(seen.put)
    worker.start()
    fields = {"prompt": PROMPT, "steps": 3, "count": 2, "seed": SEED, "stage2": "none"}
    worker.submit(Generate.parse({"model": str(root), "device": "cpu", **fields}), folder)
    events = [seen.get(timeout=60)]
    while not isinstance(events[-1], ENDINGS):
        events.append(seen.get(timeout=60))
    assert worker.close(10)
    return events


def test_finished_pictures_are_theirs_and_a_blocked_one_is_told(
    root: Path, bias: float, tmp_path: Path
) -> None:
    events = _ours(root, tmp_path / "run")
    ours = [Image.open(tmp_path / "run" / f"stage-1-{i:02d}.png") for i in range(2)]
    theirs = _theirs(root, bias)
    blocked = [event.sample for event in events if isinstance(event, Blocked)]
    if bias < 0:
        assert blocked == []
        assert [image.tobytes() for image in ours] == [image.tobytes() for image in theirs]
    else:
        assert blocked == [0, 1]
        assert all(image.getpixel((0, 0)) == (0, 0, 0) for image in theirs)
        assert all(image.getpixel((0, 0)) == (96, 96, 96) for image in ours)
