"""The sheet of an illusion: readings, sizes, bands and given pictures, for every sample."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.errors import BadInput
from engine.pictures import fitted, to_array
from engine.runs import Run
from engine.runs.contact_sheet import wrapped
from engine.runs.export import export, holds_all
from engine.runs.illusions.display import BAND_GAIN, IllusionPictures, afar
from engine.runs.illusions.sheet import rows
from engine.runs.metadata import read_png, spec_of
from engine.views import Resolution, view
from tests.engine.runs.illusory import SIDE, illusion, picture

TWO = {"first": "a hen", "second": "a duck", "view": "identity,rotate-90"}
PAIR = {"low": "a skull", "high": "a rocket"}


def grown(image: Image.Image) -> bytes:
    return image.resize((256, 256), Image.Resampling.NEAREST).tobytes()


def test_every_reading_is_turned_to_its_prompt(tmp_path: Path) -> None:
    table = rows(illusion(tmp_path / "r", "anagram", count=2, **TWO))
    assert [row[0].label for row in table] == ["sample 0", "sample 1"]
    for sample, (_, first, second) in enumerate(table):
        assert [(c.label, c.under) for c in (first, second)] == [
            ("as it is", ("a hen",)), ("rotate-90", ("a duck",))
        ]  # fmt: skip
        turned = view("rotate-90").at(Resolution(SIDE)).seen_image(picture(sample))
        assert first.image is not None
        assert second.image is not None
        assert first.image.tobytes() == grown(picture(sample))
        assert second.image.tobytes() == grown(turned)


def test_a_view_that_fails_is_marked(tmp_path: Path) -> None:
    ((_, *cells),) = rows(illusion(tmp_path / "r", "anagram", **TWO | {"view": "flip,blur"}))
    assert [cell.label for cell in cells] == ["flip", "blur (fails)"]


def test_a_hybrid_is_shown_from_afar_and_in_its_bands(tmp_path: Path) -> None:
    whole, far, bands = rows(illusion(tmp_path / "r", "hybrid", **PAIR))
    assert whole[1].under == ("low: a skull", "high: a rocket")
    assert [cell.label for cell in far] == ["from afar", "1/2", "1/4", "1/8"]
    assert [cell.label for cell in bands] == ["bands", "low", "high, 2 times"]
    for cell, size in zip(far[1:], (128, 64, 32), strict=True):
        found = np.asarray(cell.image)
        ground = (found == 128).all(axis=2)
        start = (256 - size) // 2
        assert not ground[start : start + size, start : start + size].all()
        ground[start : start + size, start : start + size] = True
        assert ground.all()


def test_shown_bands_sum_to_the_picture_but_for_their_gain(tmp_path: Path) -> None:
    looked = IllusionPictures.of(illusion(tmp_path / "r", "hybrid", **PAIR, factor="colour"))
    grey, colour = (to_array(image) for image in looked.bands(0).values())
    clipped = np.abs(colour) > 0.99
    error = np.abs(grey + colour / BAND_GAIN - to_array(picture(0)))
    assert error[~clipped].max() < 0.01
    assert not clipped.all()


def test_a_band_is_turned_to_its_prompt_too(tmp_path: Path) -> None:
    run = illusion(tmp_path / "r", "compose", term="a hen|flip|low; a duck|negate|high; a cat")
    _, _, (_, low, high) = rows(run)
    assert [low.label, high.label] == ["low, flip", "high, negate, 2 times"]
    shown = IllusionPictures.of(run).bands(0)["low"]
    assert low.image is not None
    assert low.image.tobytes() == grown(shown.transpose(Image.Transpose.FLIP_TOP_BOTTOM))


def test_without_bands_there_is_one_row(tmp_path: Path) -> None:
    run = illusion(tmp_path / "r", "hybrid", **PAIR, factor="scale")
    assert len(rows(run)) == 1
    assert len(rows(illusion(tmp_path / "c", "hybrid", **PAIR, factor="colour"))) == 2


def test_a_given_picture_stands_beside_what_was_drawn_to_it(tmp_path: Path) -> None:
    run = illusion(tmp_path / "r", "hybrid", low="@some/photo.png", high="a rocket")
    _, drawn, given = rows(run)[0]
    assert drawn.under == ("low: @photo.png", "high: a rocket")
    assert (given.label, given.under) == ("given", ("low of photo.png",))
    assert given.image is not None
    assert given.image.tobytes() == grown(fitted(picture(91, 2 * SIDE), SIDE))


def test_a_negative_weight_is_said(tmp_path: Path) -> None:
    run = illusion(tmp_path / "r", "compose", term="a hen||all|2; a duck||all|-1")
    assert rows(run)[0][1].under == ("a hen", "not a duck")


def test_one_sheet_holds_all_samples_and_the_request(tmp_path: Path) -> None:
    run, out = illusion(tmp_path / "r", "anagram", count=3, **TWO), tmp_path / "a.sheet.png"
    assert holds_all(run, out)
    assert not holds_all(run, Path("a.steps.sheet.png"))
    export(run, out)
    assert spec_of(read_png(out)) == run.spec


def test_steps_are_still_had(tmp_path: Path) -> None:
    out = tmp_path / "a.steps.sheet.png"
    export(illusion(tmp_path / "r", "anagram", **TWO), out)
    with Image.open(out) as image:
        assert (40, 0, 7) in {colour for _, colour in image.getcolors(1 << 24) or ()}


def test_a_view_of_one_s_own_is_seen_after_its_file_is_gone(tmp_path: Path) -> None:
    made = tmp_path / "up.py"
    made.write_text("def view(x):\n    return x[:, ::-1]\n")
    fields = TWO | {"view": f"identity,{made}"}
    run = illusion(tmp_path / "r", "anagram", **fields)
    made.write_text("raise SystemExit('run')")
    _, _, second = rows(run)[0]
    assert second.label == "up.py"
    assert second.image is not None
    assert second.image.tobytes() == grown(view("flip").at(Resolution(SIDE)).seen_image(picture(0)))
    (run.folder / "view-1.safetensors").unlink()
    with pytest.raises(BadInput, match="code is run only where it is named by hand"):
        rows(run)


def test_what_is_gone_is_one_line(tmp_path: Path) -> None:
    run = illusion(tmp_path / "r", "anagram", **TWO)
    with pytest.raises(BadInput, match="samples 0 to 0, not 4"):
        export(run, tmp_path / "a.sheet.png", sample=4)
    run.state.results[0].unlink()
    with pytest.raises(BadInput, match=r"stage-1-00\.png is gone"):
        export(run, tmp_path / "a.sheet.png")
    (run.folder / "events.jsonl").write_text("")
    with pytest.raises(BadInput, match="finished no picture"):
        export(Run(run.folder), tmp_path / "a.sheet.png")


def test_from_afar_keeps_the_size_of_the_page() -> None:
    page = afar(picture(0), 1 / 4)
    assert page.size == (SIDE, SIDE)
    assert afar(picture(0), 1.0).tobytes() == picture(0).tobytes()


def test_long_prompts_are_wrapped_and_cut() -> None:
    lines = wrapped("a watercolour of an old man " * 20, 256, 4)
    assert len(lines) == 4
    assert lines[-1].endswith("…")
    assert wrapped("a hen", 256, 4) == ("a hen",)
    assert wrapped("x" * 400, 256, 4)[0].endswith("…")
