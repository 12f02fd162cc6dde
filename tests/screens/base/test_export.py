"""Which forms a run may be written in, and which one comes first."""

from pathlib import Path
from typing import Any

import pytest

from engine.runs.export import way_for
from engine.specs import Anagram, Compose, Denoise, Generate, Hybrid, Spec
from screens.base.export import export_formats


@pytest.mark.parametrize(
    ("spec", "first"),
    [
        (Generate(prompt="a"), ".png"),
        (Denoise(image="cat"), ".sheet.png"),
        (Anagram(first="a", second="b"), ".sheet.png"),
        (Hybrid(low="a", high="b"), ".sheet.png"),
        (Compose.parse({"term": "a; b"}), ".sheet.png"),
    ],
)
def test_what_holds_all_of_a_run_comes_first(spec: Spec, first: str) -> None:
    endings = [ending for ending, _ in export_formats(spec).values()]
    assert endings[0] == first
    assert len({*endings}) == len(endings) >= 4
    assert {".png", ".sheet.png", ".gif", ".mp4"} <= {*endings}
    made: list[Any] = [way_for(Path(f"a{ending}")) for ending in endings]
    assert len({*made}) == len(made)


def test_an_illusion_turns_and_still_has_its_steps() -> None:
    offered = dict(export_formats(Anagram(first="a", second="b")).values())
    assert "turns" in offered[".gif"]
    assert "steps" in offered[".steps.gif"]
