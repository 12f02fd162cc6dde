"""A few captioned pictures and a forge run that is quick to train."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from PIL import Image

from engine.forge.pipeline import forge
from engine.specs.forge import Forge

COLOURS = {"red": (200, 30, 30), "green": (30, 160, 40), "blue": (40, 60, 220)}


@pytest.fixture(scope="module")
def captioned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dozen flat squares with their colour as caption, and a metadata.jsonl."""
    return _squares(tmp_path_factory.mktemp("captioned"), 12, (40, 30))


@pytest.fixture(scope="module")
def held_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty plain squares as the renderer writes them, never to be trained on."""
    return _squares(tmp_path_factory.mktemp("held-out"), 20, (40, 40), style="plain")


def _squares(folder: Path, count: int, size: tuple[int, int], **row: str) -> Path:
    rows = []
    for index in range(count):
        name, colour = list(COLOURS.items())[index % 3]
        Image.new("RGB", size, colour).save(folder / f"{index}.png")
        said = {"file_name": f"{index}.png", "text": f"a {name} square"}
        rows.append(json.dumps(said | row))
    (folder / "metadata.jsonl").write_text("\n".join(rows))
    return folder


@pytest.fixture(scope="module")
def ask(captioned: Path) -> Callable[..., Forge]:
    """A spec of the smallest forge: 8 and 16 pixels, two steps a part."""

    def spec(out: Path, **fields: object) -> Forge:
        few = {"folder": str(captioned), "out": str(out), "small": 8, "large": 16, "crop": 8,
               "text_steps": 2, "steps": 2, "stage2_steps": 2, "text_batch": 4, "batch": 2,
               "stage2_batch": 2, "sample_every": 1000}  # fmt: skip
        return Forge(**(few | fields))  # type: ignore[arg-type]

    return spec


@pytest.fixture(scope="module")
def forged(ask: Callable[..., Forge], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run folder of a whole forge: text, stage I, stage II, export."""
    threads = torch.get_num_threads()
    out = tmp_path_factory.mktemp("forged")
    forge(ask(out, sample_every=2), lambda part, progress: None, lambda: False)
    assert torch.get_num_threads() == threads
    return out
