"""The labelled sheets of runs that begin with a picture, drawn from folders made up here."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image

from engine import events
from engine.errors import BadInput
from engine.runs import Run, RunWriter
from engine.runs.contact_sheet import GAP, GUTTER, LINE, Cell, contact_sheet
from engine.runs.export import export, holds_all
from engine.runs.metadata import read_png, spec_of
from engine.runs.picture_sheets import rows
from engine.specs import Denoise, Edit, Inpaint, Spec

SIDE = 8


def colour(t: int, method: str) -> tuple[int, int, int]:
    return t // 4, 20 * events.METHODS.index(method), 77


def begun(writer: RunWriter, starts: Sequence[int]) -> None:
    writer.picture("original.png", Image.new("RGB", (SIDE, SIDE), (1, 2, 3)), shows="the original")
    writer.event(events.Original(writer.name, 0.1, "original.png", "cat", ""))
    writer.event(events.Planned(writer.name, 0.1, ((*sorted(starts)[::-1], 0),), tuple(starts)))


def denoised(folder: Path, methods: Sequence[str] = events.METHODS, finished: bool = True) -> Run:
    spec = Denoise(image="cat", t=(250, 500))
    with RunWriter(folder, spec) as writer:
        begun(writer, spec.t)
        for t in spec.t:
            for method in methods:
                file = f"t{t}-{method}.png"
                writer.picture(file, Image.new("RGB", (SIDE, SIDE), colour(t, method)))
                blur = (5, 2.0) if "blur" in method else ()
                writer.event(events.Measured("r", 0.2, t, method, 20.5, 0.5, 0.25, file, *blur))
        if finished:
            files = tuple(f"t{t}-iterative.png" for t in spec.t)
            writer.event(events.Result("r", 0.3, 1, files))
    return Run(folder)


def edited(folder: Path, side: int = SIDE, **fields: object) -> Run:
    spec = Edit.parse({"image": "cat", "levels": (1, "t700", "50%")} | fields)
    assert isinstance(spec, Edit)
    with RunWriter(folder, spec) as writer:
        begun(writer, tuple(960 - 10 * i for i in range(len(spec.levels))))
        images = [Image.new("RGB", (side, side), (9, 9, i)) for i in range(len(spec.levels))]
        writer.event(events.Result("r", 0.3, 1, writer.pictures("stage-1", images)))
    return Run(folder)


def inpainted(folder: Path, stages: Sequence[int] = (1, 2), figures: bool = True) -> Run:
    spec = Inpaint.parse({"image": "cat", "mask": "m.png", "count": 2})
    with RunWriter(folder, spec) as writer:
        begun(writer, (990,))
        for stage in stages:
            side = SIDE * stage
            names = [f"{name}-{stage}.png" for name in ("original", "mask", "region")]
            for i, name in enumerate(names):
                writer.picture(name, Image.new("RGB", (side, side), (stage, i, 0)))
            writer.event(events.Masked("r", 0.2, stage, *names, "m", "", 0.25))
            images = [Image.new("RGB", (side, side), (stage, 9, i)) for i in range(2)]
            files = writer.pictures(f"stage-{stage}", images)
            writer.event(events.Result("r", 0.3, stage, files))
            if figures:
                writer.event(events.Difference("r", 0.4, stage, (12.34, 5.0), (0, 0), (1.5, -0.2)))
    return Run(folder)


@pytest.mark.parametrize("stages", [(1,), (1, 2)])
def test_picture_mask_region_and_results_stand_in_one_row(
    tmp_path: Path, stages: tuple[int, ...]
) -> None:
    ((_, *cells),) = rows(inpainted(tmp_path / "r", stages))
    assert [c.label for c in cells] == ["picture", "mask", "to replace", "result", "result"]
    last = stages[-1]
    assert [c.image.getpixel((0, 0)) for c in cells if c.image] == [
        (last, 0, 0), (last, 1, 0), (last, 2, 0), (last, 9, 0), (last, 9, 1)
    ]  # fmt: skip
    assert cells[3].under == ("inside 12.3", "outside 0", "seam 1.5")
    assert cells[4].under == ("inside 5.0", "outside 0", "seam -0.2")


def test_an_inpainting_killed_before_its_figures_is_laid_out_without_them(tmp_path: Path) -> None:
    ((_, *cells),) = rows(inpainted(tmp_path / "r", figures=False))
    assert [c.under for c in cells] == [()] * 5


def test_one_sheet_holds_all_of_an_inpainting(tmp_path: Path) -> None:
    run, out = inpainted(tmp_path / "r"), tmp_path / "a.sheet.png"
    assert holds_all(run, out)
    export(run, out)
    assert spec_of(read_png(out)) == run.spec


def test_a_row_for_each_timestep_and_a_column_for_each_method(tmp_path: Path) -> None:
    table = rows(denoised(tmp_path / "r"))
    assert [row[0].label for row in table] == ["t 250", "t 500"]
    assert [cell.label for cell in table[0][1:]] == [
        "original", "noisy", "blur", "best blur", "non local means", "one step", "iterative",
    ]  # fmt: skip
    noisy, blur = table[1][2], table[1][3]
    assert noisy.image is not None
    assert noisy.image.getpixel((0, 0)) == colour(500, "noisy")
    assert noisy.under == ("PSNR 20.50 dB", "SSIM 0.500", "HaarPSI 0.250")
    assert blur.under[3:] == ("kernel 5, sigma 2.0",)


def test_the_sheet_holds_every_picture_and_the_spec(tmp_path: Path) -> None:
    export(denoised(tmp_path / "r"), tmp_path / "out.sheet.png")
    with Image.open(tmp_path / "out.sheet.png") as image:
        found = {c for _, c in image.getcolors(1 << 24) or ()}
    wanted = {colour(t, method) for t in (250, 500) for method in events.METHODS}
    assert wanted | {(1, 2, 3)} <= found
    assert isinstance(spec_of(read_png(tmp_path / "out.sheet.png")), Denoise)


def test_lines_under_a_picture_push_the_next_row_down() -> None:
    image = Image.new("RGB", (128, 128), (9, 9, 9))

    def page(*under: str) -> Image.Image:
        row = [Cell("t", None), Cell("a", image, under), Cell("b", image)]
        return contact_sheet([row, row], "title")

    plain, told = page(), page("PSNR 20 dB", "SSIM 0.5")
    assert told.width == plain.width
    assert told.height == plain.height + 2 * 2 * LINE
    left, top = GUTTER, 3 * LINE + 2 * GAP + GAP + 128
    below = told.crop((left, top + 2 * LINE, left + 128, top + 2 * LINE + 128))
    assert below.getcolors() == [(128 * 128, (9, 9, 9))]


def test_the_levels_stand_beside_the_original(tmp_path: Path) -> None:
    (row,) = rows(edited(tmp_path / "r"))
    assert [cell.label for cell in row[1:]] == ["original", "1 · t 960", "t 950", "50% · t 940"]
    assert row[3].image is not None
    assert row[3].image.getpixel((0, 0)) == (9, 9, 1)


def test_many_levels_take_several_rows(tmp_path: Path) -> None:
    table = rows(edited(tmp_path / "r", levels=tuple(range(25))))
    assert [len(row) - 1 for row in table] == [10, 10, 6]


def test_the_original_is_shown_as_large_as_enlarged_edits(tmp_path: Path) -> None:
    (row,) = rows(edited(tmp_path / "r", side=4 * SIDE))
    assert row[1].image is not None
    assert row[1].image.size == (32, 32)


@pytest.mark.parametrize("make", [denoised, edited])
def test_one_sheet_holds_all_samples_and_a_picture_one(tmp_path: Path, make: object) -> None:
    run = make(tmp_path / "r")  # type: ignore[operator]
    assert holds_all(run, Path("a.sheet.png"))
    assert not holds_all(run, Path("a.png"))
    assert not holds_all(run, Path("a.gif"))


def test_what_is_not_there_is_one_line(tmp_path: Path) -> None:
    unfinished = denoised(tmp_path / "unfinished", finished=False)
    with pytest.raises(BadInput, match="finished no picture"):
        export(unfinished, tmp_path / "out.sheet.png")
    gone = denoised(tmp_path / "gone")
    (gone.folder / "t500-blur.png").unlink()
    with pytest.raises(BadInput, match=r"t500-blur\.png is gone"):
        export(gone, tmp_path / "out.sheet.png")
    with pytest.raises(BadInput, match="samples 0 to 2, not 7"):
        export(edited(tmp_path / "edited"), tmp_path / "out.sheet.png", sample=7)


@pytest.mark.parametrize("spec", [Denoise(image="cat"), Edit(image="cat")])
def test_a_folder_s_spec_is_read_back(tmp_path: Path, spec: Spec) -> None:
    with RunWriter(tmp_path / "r", spec) as writer:
        writer.picture("a.png", Image.new("RGB", (4, 4)), shows="a blur at t = 500")
    assert Run(tmp_path / "r").spec == spec
    assert spec_of(read_png(tmp_path / "r" / "a.png")) == spec
