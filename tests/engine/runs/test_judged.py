"""The judge's curves out of the figures of an evaluation."""

import json
import os
from pathlib import Path

from engine.runs.training_part import evaluated_curves
from engine.specs.digits import FIGURES


def write(folder: Path, text: str, at: int) -> None:
    (folder / FIGURES).write_text(text)
    os.utime(folder / FIGURES, ns=(at, at))


def test_curves_are_those_that_the_epochs_have_and_are_read_again_when_there_are_more(
    tmp_path: Path,
) -> None:
    assert evaluated_curves(tmp_path) == {}
    first = {"step": 10, "frechet": 4.0}
    write(tmp_path, json.dumps({"curve": [first]}), 1)
    assert evaluated_curves(tmp_path)["Fréchet distance"].values == [4.0]
    assert evaluated_curves(tmp_path).keys() == {"Fréchet distance"}
    right = {"step": 20, "frechet": 2.0, "accuracy": {"share": 0.9}}
    write(tmp_path, json.dumps({"curve": [first, right]}), 2)
    assert evaluated_curves(tmp_path)["Fréchet distance"].steps == [10, 20]
    assert evaluated_curves(tmp_path)["judged right"].steps == [20]


def test_a_curve_is_named_by_the_judge_it_is_of(tmp_path: Path) -> None:
    epoch = {"step": 10, "frechet": 4.0, "accuracy": {"share": 0.9}, "psnr": 20.0}
    for at, sha in enumerate(("aa72f71c41e2", "0123456789ab"), 20):
        write(tmp_path, json.dumps({"judge": {"sha256": sha}, "curve": [epoch]}), at)
        judge = f"judge {sha[:8]}"
        names = {f"judged right, {judge}", f"Fréchet distance, {judge}", "PSNR"}
        assert evaluated_curves(tmp_path).keys() == names


def test_a_damaged_file_has_no_curves(tmp_path: Path) -> None:
    other_judge, other_curve = '{"curve": [], "judge": 3}', '{"curve": [{"step": "x"}]}'
    for at, text in enumerate(("{", "[]", "{}", '{"curve": 3}', other_curve, other_judge), 10):
        write(tmp_path, text, at)
        assert evaluated_curves(tmp_path) == {}
