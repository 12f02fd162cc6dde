"""What an exported cascade says of what it learned from."""

import json
from pathlib import Path

import pytest
import torch
from diffusers import DDPMScheduler, IFSuperResolutionPipeline, UNet2DConditionModel

from engine import vocabulary
from engine.forge import export
from engine.forge.near_words.cascade import opened
from engine.forge.near_words.table import Table
from engine.forge.text import Words
from engine.vocabulary import Vocabulary
from tests.support.tiny_cascade import tiny_cascade_folder


def test_a_cascade_carries_words_and_attribution_of_its_pictures(tmp_path: Path) -> None:
    data, out = tmp_path / "data", tmp_path / "cascade"
    data.mkdir()
    row = {"file_name": "0.png", "text": "a red rocket"}
    (data / "metadata.jsonl").write_text(json.dumps(row) + "\n")
    export.known(export.spoken_in(data), data, out)
    said = vocabulary.read(out)
    assert said is not None
    assert said.words == ("a", "red", "rocket")
    assert [file.name for file in out.iterdir()] == [vocabulary.FILE]
    (data / "NOTICE").write_text("- Squares, by A. Hand\n")
    export.known(export.spoken_in(data), data, out)
    assert (out / "NOTICE").read_text() == "- Squares, by A. Hand\n"


def test_an_exported_cascade_reads_words_near_its_captions(forged: Path) -> None:
    frozen, words = opened(forged / "text"), opened(forged / "cascade" / "stage-2")
    captions = ["a red square", "a blue square"]
    assert torch.equal(words(captions), frozen(captions))
    assert torch.equal(words(["a crimson square"]), frozen(captions[:1]))
    said = vocabulary.read(forged / "cascade")
    assert said is not None
    assert said.near["crimson"] == "red"
    assert said.near["teal"] == "green and blue"
    assert "hound" not in said.near


def test_an_exported_stage_ii_draws_with_the_posterior_s_variance_at_any_stride(
    forged: Path,
) -> None:
    def spread(folder: Path, t: int, before: int) -> tuple[torch.Tensor, float]:
        unet = UNet2DConditionModel.from_pretrained(folder / "unet").float()
        chain = DDPMScheduler.from_pretrained(folder / "scheduler")
        side, channels = unet.config.sample_size, unet.config.in_channels
        x, text = torch.randn(1, channels, side, side), torch.randn(1, 77, 128)
        level = {"class_labels": torch.tensor([250])} if channels == 6 else {}
        with torch.inference_mode():
            v = unet(x, t, text, return_dict=False, **level)[0][:, 3:]
        a, b = chain.alphas_cumprod[t], chain.alphas_cumprod[before]
        chain.set_timesteps(1000 // (t - before))
        log_variance = chain._get_variance(t, predicted_variance=v)
        return log_variance.exp(), float((1 - b) / (1 - a) * (1 - a / b))

    for t, before in ((50, 0), (500, 450), (950, 900)):
        drawn, posterior = spread(forged / "cascade" / "stage-2", t, before)
        assert drawn.numpy() == pytest.approx(posterior, rel=1e-4)
    drawn, posterior = spread(forged / "cascade" / "stage-1", 50, 0)
    assert float((drawn - posterior).abs().max()) > posterior  # it has a variance of its own


def test_an_exported_unet_does_not_say_where_it_lay(tmp_path: Path) -> None:
    folder = tiny_cascade_folder(tmp_path / "begun") / "stage-2"
    pipeline = IFSuperResolutionPipeline.from_pretrained(folder, watermarker=None)
    pipeline.unet = UNet2DConditionModel.from_pretrained(folder / "unet")
    export.write(pipeline, tmp_path / "out")
    assert str(tmp_path) not in (tmp_path / "out" / "unet" / "config.json").read_text()


def test_near_words_are_learned_once_for_a_text_model_that_stays_the_same(
    forged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Vocabulary] = []

    def taught(words: Words, known: Vocabulary, _: Table) -> tuple[Words, Vocabulary]:
        asked.append(known)
        return words, known

    monkeypatch.setattr(export, "taught", taught)
    red, blue = Vocabulary(("red",)), Vocabulary(("blue",))
    export.near.cache_clear()
    for known in (red, red, blue):
        model = export.TextModel.of(opened(forged / "cascade" / "stage-1"), known)
        assert export.near(model)[1] == known
    changed = opened(forged / "cascade" / "stage-1")
    changed.encoder.get_input_embeddings().weight.data += 1
    assert export.near(export.TextModel.of(changed, blue))[0] is changed
    assert asked == [red, blue, blue]
    export.near.cache_clear()  # what was pretended here is no lesson for others
