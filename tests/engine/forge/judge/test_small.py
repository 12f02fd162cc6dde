"""The small judge is made of renderings, in its table's order, and examined by what it answers."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from engine.errors import BadInput
from engine.forge.captions import COLOURS, Concept
from engine.forge.judge import __main__ as command
from engine.forge.judge import features, small
from engine.forge.judge.features import DEPTH, Eye
from engine.forge.judge.lessons import read
from engine.forge.pictures import to_unit
from engine.judge import CARD, WEIGHTS, Judge, opened
from engine.judge.efficientnet import Trunk
from engine.specs import Evaluate
from tests.engine.forge.labelled import SHAPES, write
from tests.support.untaught_eye import random_trunk

TABLE = [Concept("1", ("a square",)), Concept("2", ("a disc", "a ball")), Concept("3", ("a bar",))]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder in which the command made it."""
    here = tmp_path_factory.mktemp("small")
    words = [str(write(here / "exam", each=1)), "--learn-from", str(write(here / "learn", each=3)),
             "--judge", str(here / "run"), "--out", str(here / "made"), "--judge-steps", "60",
             "--judge-batch", "16"]  # fmt: skip
    (here / "made").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(features, "eye", lambda precision: Eye(random_trunk(DEPTH), precision))
        patch.setattr(small, "pretrained", random_trunk)
        patch.setattr(command, "bundled_concepts", lambda: TABLE)
        assert command.main(words) == 0
        yield here


def test_it_knows_the_table_in_its_order(made: Path) -> None:
    judge = opened(made / "made")
    assert judge.concepts == ("a square", "a disc", "a bar")
    assert judge.concept_of("a photo of a ball on a red background") == 1
    card = json.loads((made / "made" / CARD).read_text())
    assert card["colours"] == list(COLOURS)
    assert card["learned_from"]["renderings"] == 32


def test_what_it_says_of_itself_is_what_it_answers(made: Path) -> None:
    judge, exam = opened(made / "made"), read_exam(made)
    told = judge.probabilities(to_unit(small.View(32).pictures(exam.files)))
    right = [judge.concepts[int(index)] for index in told.argmax(1)]
    wanted = [exam.names[0][int(index)] for index in exam.labels[:, 0]]
    share = sum(a == b for a, b in zip(right, wanted, strict=True)) / len(wanted)
    figures = json.loads((made / "made" / CARD).read_text())["examined_on"]
    assert figures["32 px"]["top1"] == round(share, 4)
    assert share > 0.9
    assert figures["renderings"] == 12


def read_exam(made: Path) -> small.Labelled:
    spec = Evaluate(folder=str(made / "exam"), learn_from=str(made / "learn"))
    return read(spec).exam


def test_mirror_images_are_judged_alike(made: Path) -> None:
    pictures = torch.rand((2, 3, 32, 32), generator=torch.Generator().manual_seed(0)) * 2 - 1
    judge = opened(made / "made")
    torch.testing.assert_close(
        judge.probabilities(pictures), judge.probabilities(pictures.flip(-1))
    )


def test_weights_are_the_networks_in_half_precision(made: Path) -> None:
    judge: Judge = opened(made / "made")
    trunk: Trunk = random_trunk(5)
    for name, tensor in trunk.state_dict().items():
        torch.testing.assert_close(
            judge.network.trunk.state_dict()[name], tensor, rtol=1e-3, atol=1e-4
        )
    whole = sum(each.numel() for each in judge.network.state_dict().values())
    assert (made / "made" / WEIGHTS).stat().st_size < 2.2 * whole


def test_a_table_that_the_renderings_do_not_show_is_refused(tmp_path: Path) -> None:
    lessons = read(Evaluate(folder=str(write(tmp_path / "toy", each=4))))
    assert lessons.learn.names[0] == SHAPES
    with pytest.raises(BadInput, match="'a cat'; render more"):
        small.numbered(lessons.learn, [*TABLE, Concept("4", ("a cat",))])
    with pytest.raises(BadInput, match="'a bar' is not in the table"):
        small.numbered(lessons.learn, TABLE[:2])


def test_bad_input_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = [str(tmp_path / "gone"), "--learn-from", str(tmp_path / "gone")]
    assert command.main(words) == 2
    assert capsys.readouterr().err.startswith("no such folder: ")
