"""The two recipes: what they decide, what networks they make, and that both of them train."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image

from engine.errors import BadInput
from engine.forge import networks, text
from engine.forge.evaluation import card
from engine.forge.pipeline import forge, settings
from engine.forge.run_folder import ForgeRun
from engine.runs import metadata
from engine.specs.forge import Forge, recipe_fields
from engine.training import trainer

TEXT_WIDTH = 128


def asked(**fields: Any) -> Forge:
    spec = Forge.parse({"folder": "data", **fields})
    assert isinstance(spec, Forge)
    return spec


def network(recipe: str, number: int) -> Any:
    """A recipe's UNet, without its numbers."""
    with torch.device("meta"):
        return networks.unet(asked(recipe=recipe), number, TEXT_WIDTH)


def test_a_recipe_decides_what_is_not_named_and_the_request_records_all_of_it() -> None:
    spec = asked(recipe="gpu", batch="64", widths="32,64")
    for name, value in recipe_fields("gpu").items():
        assert getattr(spec, name) == {"batch": 64, "widths": (32, 64)}.get(name, value)
    assert spec.apart() == {"batch": 64, "widths": (32, 64)}
    assert spec.apart("stage2") == {}
    again = metadata.spec_of(json.loads(json.dumps(metadata.document(spec))))
    assert again == spec


def test_the_cpu_recipe_is_what_is_asked_by_nothing_and_unknown_ones_are_refused() -> None:
    assert asked() == asked(recipe="cpu") == asked(**recipe_fields("cpu"))
    with pytest.raises(BadInput, match="'cpu' or 'gpu'"):
        asked(recipe="tpu")


def test_sides_must_be_halved_as_often_as_there_are_widths() -> None:
    with pytest.raises(BadInput, match="large and crop of 16"):
        asked(recipe="gpu", crop=72)
    assert asked(recipe="gpu", crop=72, stage2_widths="16,32").crop == 72


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [("widths", "8,8,32", "all but the first of 32"), ("stage2_widths", "8,8,24", "the last of"),
     ("widths", "12,32", "multiples of 8"), ("widths", "32", "2 to 6")],
)  # fmt: skip
def test_widths_that_have_no_heads_are_refused(field: str, value: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        asked(**{field: value})


@pytest.mark.parametrize(
    ("recipe", "number", "sides"),
    [("cpu", 1, [16, 8]), ("gpu", 1, [32, 16, 8]), ("cpu", 2, [16]), ("gpu", 2, [16])],
)
def test_attention_is_where_if_has_it(recipe: str, number: int, sides: list[int]) -> None:
    config = network(recipe, number).config
    down = config.down_block_types
    found = [config.sample_size >> i for i, kind in enumerate(down) if "CrossAttn" in kind]
    assert found == sides
    attended = ["CrossAttn" in kind for kind in config.up_block_types]
    assert attended == ["CrossAttn" in kind for kind in down][::-1]


def test_a_time_limit_brings_the_rate_down_unless_there_is_no_tail() -> None:
    for tail, last in ((0.25, 0.0), (0.0, 1.0)):
        how = settings(asked(minutes=3, tail=tail), 10**6, 1e-3)
        assert how.learning_rate(1000) * trainer.fade(how, 180) == pytest.approx(1e-3 * last)


def test_the_gpu_recipes_cascade_is_shipped_in_less_than_40_mb() -> None:
    halves = sum(p.numel() for n in (1, 2) for p in network("gpu", n).parameters())
    with torch.device("meta"):
        encoder = text.new_encoder(1300, TEXT_WIDTH)
    singles = sum(p.numel() for p in encoder.parameters())
    assert 2 * halves + 2 * 4 * singles < 39e6  # both stages bring their encoder


@pytest.mark.parametrize(("recipe", "small", "large"), [("cpu", 32, 64), ("gpu", 64, 128)])
def test_both_train_and_say_so(tmp_path: Path, recipe: str, small: int, large: int) -> None:
    for index, colour in enumerate(((200, 30, 30), (30, 160, 40))):
        Image.new("RGB", (large, large), colour).save(tmp_path / f"{index}.png")
        (tmp_path / f"{index}.txt").write_text(f"a square of colour {index}")
    few = {"steps": 1, "stage2_steps": 1, "text_steps": 1, "batch": 2, "stage2_batch": 2,
           "text_batch": 2, "widths": (8, 32, 32, 32), "stage2_widths": (8, 8, 8, 32)}  # fmt: skip
    sides = {"small": small, "large": large, "crop": 64}
    run = ForgeRun(tmp_path / "run")
    spec = asked(recipe=recipe, device="cpu", **few, **sides).model_copy(
        update={"folder": str(tmp_path), "out": str(run.folder)}
    )
    forge(spec, lambda part, progress: None, lambda: False)
    said = json.loads((run.cascade / "training.json").read_text())["parts"]
    assert said["stage1"]["recipe"] == recipe
    assert said["stage1"]["otherwise"]["batch"] == 2
    config = json.loads((run.cascade / "stage-2" / "unet" / "config.json").read_text())
    assert (config["sample_size"], config["in_channels"]) == (large, 6)
    (line,) = [line for line in card.recipes(said) if "(stage1)" in line]
    assert line.startswith(f"Trained with: `--recipe {recipe} --")
    assert " --batch 2 --widths 8,32,32,32` on " in line


def test_the_card_names_the_parts_that_share_a_recipe_once_and_passes_over_old_records() -> None:
    plain = {"recipe": "gpu", "otherwise": {}, "on": "a GPU", "processes": 4}
    changed = {"recipe": "gpu", "otherwise": {"stage2_batch": 64, "widths": [8, 32]}}
    said = card.recipes({"text": plain, "stage1": plain, "stage2": changed, "old": {}})
    assert said == [
        "Trained with: `--recipe gpu` on a GPU, 4 processes (text, stage1).",
        "Trained with: `--recipe gpu --stage2-batch 64 --widths 8,32` (stage2).",
    ]


def test_pictures_that_are_too_small_for_a_recipe_are_refused(tmp_path: Path) -> None:
    Image.new("RGB", (128, 200)).save(tmp_path / "one.png")
    (tmp_path / "one.txt").write_text("a square")
    spec = asked(folder=str(tmp_path), out=str(tmp_path / "run"), recipe="gpu", device="cpu")
    with pytest.raises(BadInput, match="pictures of 128 px cannot teach a side of 256 px"):
        forge(spec, lambda part, progress: None, lambda: False)
