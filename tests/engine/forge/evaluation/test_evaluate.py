"""A cascade whose faults are known gets the figures that they deserve."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from engine.errors import BadInput, Stopped
from engine.forge.evaluation import card, setup
from engine.forge.evaluation import evaluate as room
from engine.forge.evaluation.accuracy import Figures, metrics
from engine.forge.evaluation.setup import EvaluationSetup
from engine.specs import Evaluate
from tests.engine.forge.evaluation.stub import cascade
from tests.engine.forge.labelled import write
from tests.support.untaught_eye import without_the_package


@pytest.fixture(scope="module", autouse=True)
def an_eye() -> Iterator[None]:
    with without_the_package():
        yield


def quiet(*_: object) -> None:
    """Say nothing."""


def never() -> bool:
    return False


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Evaluate:
    here = tmp_path_factory.mktemp("evaluation")
    write(here / "toy")
    fields = {"folder": here / "toy", "judge": here / "judge", "out": here / "card"}
    few = {"guidances": (0, 1), "steps": 2, "stage2_steps": 2, "stage2_guidance": 1,
           "per_label": 3, "enlarged": 3, "judge_steps": 150, "judge_batch": 16,
           "learning_rate": 5e-3}  # fmt: skip
    paths = {name: str(path) for name, path in fields.items()}
    return Evaluate.parse({**paths, "trained_on": str(here / "toy"), **few})  # type: ignore[return-value]


@pytest.fixture(scope="module")
def judged(asked: Evaluate) -> EvaluationSetup:
    return setup.set_up(asked, quiet, quiet, never)


@pytest.fixture(scope="module")
def found(
    asked: Evaluate, judged: EvaluationSetup, tmp_path_factory: pytest.TempPathFactory
) -> Figures:
    folder = tmp_path_factory.mktemp("cascade")
    part = {"steps": 7, "of": 9, "batch": 2, "pictures": 14, "seconds": 60, "widths": [8, 32],
            "precision": "fp32", "loss": 0.5}  # fmt: skip
    said = {"parts": {"stage1": part}, "notes": ["It was trained on a toy."]}
    (folder / "training.json").write_text(json.dumps(said))
    return room.evaluate(asked, cascade(folder), judged, quiet, never)


def counts(accuracy: Figures) -> tuple[int, int]:
    return accuracy["right"], accuracy["of"]


def test_the_judge_is_examined_on_what_it_did_not_learn(judged: EvaluationSetup) -> None:
    assert (judged.figures["learned_from"], judged.figures["examined_on"]) == (108, 12)
    for head in ("concept", "colour", "style", "concept_top5"):
        assert counts(judged.figures["ceiling"][head]) == (12, 12), head
        assert counts(judged.figures["large_ceiling"][head]) == (12, 12), head
    assert counts(judged.figures["plain"]["concept"]) == (6, 6)
    assert "known" not in judged.figures


def test_concepts_are_counted_at_every_guidance(found: Figures) -> None:
    rows = found["concepts"]["by_guidance"]
    assert [(row["guidance"], *counts(row["top1"])) for row in rows] == [(0, 1, 3), (1, 2, 3)]
    assert [counts(row["top5"]) for row in rows] == [(3, 3), (3, 3)]
    assert found["concepts"]["best_guidance"] == 1
    worst = found["concepts"]["each"][0]
    assert (worst["concept"], worst["right"], worst["seen_as"]) == ("a square", [0, 0], "a disc")


def test_colours_and_styles_are_counted_by_label(found: Figures) -> None:
    drawn = {name: counts(each["drawn"]) for name, each in found["colours"]["each"].items()}
    assert drawn == {"blue": (3, 3), "red": (2, 3)}
    drawn = {name: counts(each["drawn"]) for name, each in found["styles"]["each"].items()}
    assert drawn == {"photo": (3, 3), "plain": (3, 3)}


def test_stage_two_is_judged_on_the_same_pictures(found: Figures) -> None:
    assert counts(found["stage2"]["stage1"]) == (2, 3)
    assert counts(found["stage2"]["stage2"]) == (3, 3)


def test_all_discs_are_further_from_real_than_two_of_three_shapes(found: Figures) -> None:
    all_discs, better = (row["frechet"] for row in found["concepts"]["by_guidance"])
    assert better < all_discs
    sizes = found["frechet"]
    assert (sizes["drawn"], sizes["first"], sizes["others"]) == (3, 3, 3)
    assert 0 <= sizes["floor"] < better


def test_copies_of_training_pictures_are_seen(found: Figures) -> None:
    assert found["copies"]["drawn"]["median"] < 1
    assert found["copies"]["nearer"]["of"] == 3


def test_the_card_has_errors_and_grain_of_both_stages(asked: Evaluate, found: Figures) -> None:
    fine = found["fineness"]
    assert (fine["pictures"], fine["guidance"]) == (6, 1)
    for name in ("stage1", "stage2"):
        low, *_, high = fine[name]["errors"]
        assert low > high, name  # a network that draws another picture is worst at low noise
        assert fine[name]["ground"] < 0.5
    page = (Path(asked.out) / "README.md").read_text()
    assert "| stage | ε̂ at 25 | ε̂ at 50 | ε̂ at 100 | ε̂ at 400 | grain | flat ground |" in page
    assert f"| II | {fine['stage2']['errors'][0]:.3f} |" in page


def test_the_aims_follow_from_the_figures(found: Figures) -> None:
    met = {metric.what.split(",")[0]: metric.met for metric in metrics(found)}
    assert met == {
        "concept": False, "background colour": False, "style": True, "concept after stage II": True,
        "grain after stage II at 2 steps": True, "error of stage II's ε̂ at t = 50": False,
    }  # fmt: skip


def test_the_card_says_the_figures_and_shows_the_failures(asked: Evaluate, found: Figures) -> None:
    out = Path(asked.out)
    assert json.loads((out / "evaluation.json").read_text()) == json.loads(json.dumps(found))
    page = (out / "README.md").read_text()
    assert "| 1 | 66.7 % (2 of 3) | 100.0 % (3 of 3) |" in page
    assert "| red | 66.7 % (2 of 3) | 100.0 %" in page
    assert "| stage1 | 7 | 14 | 1 min | 8/32 | fp32 | 0.5000 |" in page
    assert "It was trained on a toy." in page
    assert f"diffuscope forge evaluate {asked.folder} --judge {asked.judge}" in page
    assert "--guidances 0,1 --steps 2 --stage2-steps 2" in page
    for name in ("grid.png", "failures.png", "nearest.png"):
        assert f"({name})" in page
        assert Image.open(out / name).width > 128


def test_what_was_drawn_is_kept(asked: Evaluate, judged: EvaluationSetup, found: Figures) -> None:
    again = cascade(Path("nowhere"))
    assert room.evaluate(asked, again, judged, quiet, never) == found
    assert again.stage1.unet.calls == 0


def test_drawing_stops_before_a_model_call(
    asked: Evaluate, judged: EvaluationSetup, tmp_path: Path
) -> None:
    other = asked.model_copy(update={"seed": 1, "out": str(tmp_path / "card")})
    stopped = cascade(tmp_path)
    with pytest.raises(Stopped):
        room.evaluate(other, stopped, judged, quiet, lambda: stopped.stage1.unet.calls >= 1)
    assert stopped.stage1.unet.calls == 1
    assert not (tmp_path / "card" / "README.md").exists()


def test_whole_sets_examine_a_judge_that_learned_from_others(
    asked: Evaluate, found: Figures, tmp_path: Path
) -> None:
    of_set(write(tmp_path / "held-out", each=2), "new hand")
    fields = {"folder": str(tmp_path / "held-out"), "learn_from": asked.folder,
              "judge": str(tmp_path / "judge")}  # fmt: skip
    figures = setup.set_up(asked.model_copy(update=fields), quiet, quiet, never).figures
    assert (figures["learned_from"], figures["examined_on"]) == (108, 24)
    assert counts(figures["known"]["concept"]) == (12, 12)
    assert list(figures["sets"]) == ["new hand"]
    assert figures["sets"]["new hand"]["small"] == figures["ceiling"]
    assert figures["sets"]["new hand"]["large"] == figures["large_ceiling"]
    page = "\n".join(card.judge({**found, "judge": figures}))
    assert "| new hand, 24 | 128 px |" in page
    assert "| unseen, of the sets it learned from, 12 | 32 px | 100.0 % (75.8–100.0) |" in page


def of_set(folder: Path, name: str) -> None:
    """All pictures are of one set."""
    table = folder / "metadata.jsonl"
    rows = [json.loads(line) | {"set": name} for line in table.read_text().splitlines()]
    table.write_text("\n".join(map(json.dumps, rows)))


def test_a_concept_that_the_judge_does_not_learn_is_named(asked: Evaluate, tmp_path: Path) -> None:
    table = write(tmp_path / "toy") / "metadata.jsonl"
    table.write_text(table.read_text().replace("a disc", "a cat"))
    other = asked.model_copy(update={"folder": str(tmp_path / "toy"), "learn_from": asked.folder})
    with pytest.raises(BadInput, match=r"does not learn the concept 'a cat', which .*toy has"):
        setup.set_up(other, quiet, quiet, never)


def test_the_grid_alone(asked: Evaluate, tmp_path: Path) -> None:
    room.grid(asked.model_copy(update={"out": str(tmp_path)}), cascade(tmp_path), quiet, never)
    assert [file.name for file in tmp_path.iterdir()] == ["grid.png"]


def test_a_style_that_no_prompt_asks_for_is_named(asked: Evaluate, tmp_path: Path) -> None:
    table = write(tmp_path / "toy") / "metadata.jsonl"
    table.write_text(table.read_text().replace('"photo"', '"fresco"'))
    other = asked.model_copy(
        update={"folder": str(tmp_path / "toy"), "judge": str(tmp_path / "judge")}
    )
    with pytest.raises(BadInput, match="no prompt asks for the style 'fresco'"):
        setup.set_up(other, quiet, quiet, never)
