"""Denoise and Edit: noise levels in every way to write them, and each wrong one in one line."""

from typing import Any

import pytest

from engine.errors import BadInput
from engine.specs import Denoise, Edit, Generate, Prepare
from engine.specs.from_image import chain_from, strided

COURSE = strided(30)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"levels": "1,40"}, "levels: 40 is past the end: the schedule's last index is 33"),
        ({"levels": "34"}, "last index is 33"),
        ({"levels": "20", "steps": 20, "sampler": "ddpm"}, "last index is 19"),
        ({"levels": "21", "steps": 20, "sampler": "course"}, "last index is 20"),
        ({"levels": "3", "timesteps": "900,500,0"}, "last index is 2"),
        ({"levels": ""}, "'' is no level: write an index (10), a timestep (t690), or a strength"),
        ({"levels": []}, "name 1 to 64 levels"),
        ({"levels": "7,3,7"}, "7 is there twice"),
        ({"levels": "70%,0.7"}, "70% is there twice"),
        ({"levels": "ten"}, "'ten' is no level"),
        ({"levels": "-1"}, "'-1' is no level"),
        ({"levels": "t1000"}, "'t1000' is no level"),
        ({"levels": "1.5"}, "'1.5' is no level"),
        ({"levels": "0%"}, "'0%' is no level"),
        ({"levels": "nan"}, "'nan' is no level"),
        ({"stride": 0, "levels": "50"}, "stride: input should be greater than or equal to 1"),
        ({"stride": 991}, "stride: input should be less than or equal to 990"),
        ({"fit": "squash"}, "fit: input should be 'crop', 'fit' or 'stretch'"),
        ({"image": ""}, "image"),
        ({"timesteps": "5,900"}, "strictly decreasing"),
    ],
)
def test_what_cannot_be_edited_is_one_line(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput) as caught:
        Edit.parse({"image": "a.png"} | fields)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"t": "250,1000"}, "t: 1000 is no timestep: write integers from 0 to 999"),
        ({"t": "-1"}, "-1 is no timestep"),
        ({"t": ""}, "'' is not a timestep: write integers such as 250,500,750"),
        ({"t": []}, "name at least one timestep"),
        ({"t": "250,250"}, "250 is there twice"),
        ({"t": "many"}, "'many' is not a timestep"),
        ({"kernel": 4}, "kernel: must be odd, such as 5"),
        ({"kernel": 0}, "kernel: input should be greater than or equal to 1"),
        ({"sigma": 0}, "sigma: input should be greater"),
        ({"sigma": "inf"}, "sigma"),
        ({}, "image"),
    ],
)
def test_what_cannot_be_denoised_is_one_line(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput) as caught:
        Denoise.parse(({"image": "a.png"} if fields else {}) | fields)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("said", "levels"),
    [
        ("1, 3,5", (1, 3, 5)),
        ("0,33", (0, 33)),
        ("t690, T30", ("t690", "t30")),
        ("0.7,29%,1.0", ("70%", "29%", "100%")),
        ([1, "t690", 0.7], (1, "t690", "70%")),
        (10, (10,)),
        (0.5, ("50%",)),
    ],
)
def test_levels_are_read_in_every_way_to_write_them(said: Any, levels: tuple[Any, ...]) -> None:
    spec = Edit.parse({"image": "a.png", "levels": said})
    assert spec.levels == levels
    assert Edit.model_validate_json(spec.model_dump_json()) == spec


def test_timesteps_to_noise_to_come_from_text_too() -> None:
    assert Denoise.parse({"image": "a.png", "t": "750, 250"}).t == (750, 250)
    assert Denoise.parse({"image": "a.png", "t": 500}).t == (500,)


def test_a_stride_of_30_is_the_course_s_schedule() -> None:
    assert COURSE[:2] == (990, 960)
    assert COURSE[-2:] == (30, 0)
    assert len(COURSE) == 34
    assert Edit(image="a.png").schedule() == COURSE


@pytest.mark.parametrize("stride", [1, 7, 40, 100, 990])
def test_every_stride_ends_at_the_picture(stride: int) -> None:
    chain = strided(stride)
    assert chain[-1] == 0
    assert 990 - stride < chain[0] <= 990


def test_a_schedule_may_be_left_to_the_model() -> None:
    assert Edit(image="a.png", steps=20).schedule() is None
    assert Edit(image="a.png", timesteps=(900, 0), levels=(1,)).schedule() == (900, 0)


@pytest.mark.parametrize(
    ("level", "begins"),
    [(0, 990), (10, 690), (33, 0), ("t690", 690), ("t700", 700), ("70%", 690), ("100%", 990)],
)
def test_a_level_begins_at_its_timestep(level: int | str, begins: int) -> None:
    chain = chain_from(level, COURSE, 33)
    assert chain[0] == begins
    assert chain[1:] == tuple(t for t in COURSE if t < begins)


def test_the_smallest_strength_takes_what_little_is_left() -> None:
    assert chain_from("1%", COURSE, 33) == (0,)
    assert chain_from("1%", (750, 500, 250, 0), 4) == (0,)


@pytest.mark.parametrize(("sampler", "last"), [("course", 270), ("ddpm", 240)])
def test_a_spec_tells_where_its_levels_begin(sampler: str, last: int) -> None:
    spec = Edit.parse({"image": "a.png", "levels": "1,t700,29%", "sampler": sampler})
    assert spec.starts() == (960, 700, last)
    assert Edit(image="a.png", steps=40).starts() is None


def test_plain_denoising_has_no_guidance_and_editing_has() -> None:
    assert Denoise(image="a.png").guidance == 1
    assert Edit(image="a.png").guidance == 7
    assert Edit(image="a.png").prompt == Denoise(image="a.png").prompt == "a high quality photo"


def test_a_list_of_runs_names_the_picture_and_what_is_done() -> None:
    assert Denoise(image="/tmp/cat.png", t=(500,)).title() == "cat.png at t = 500"
    edit = Edit(image="https://example.org/a/tower.jpg?size=2", prompt="a rocket")
    assert edit.title() == "tower.jpg: a rocket"


def test_a_form_begins_with_the_picture() -> None:
    assert list(Edit.form_fields())[:3] == ["image", "fit", "prompt"]
    assert "stage2" not in Denoise.form_fields()
    assert "steps" not in Edit.form_fields()


def test_preparing_leaves_no_run() -> None:
    assert not Prepare.has_run_folder


def test_generate_keeps_the_order_of_its_fields() -> None:
    assert list(Generate.model_fields) == [
        "model", "stage2", "device", "plan", "text_encoder", "precision", "compile", "seed",
        "timesteps", "start_from", "start_sample", "prompt", "negative", "steps", "stage2_steps",
        "guidance", "guidances", "stage2_guidance", "sampler", "count", "best_of", "noise_level",
        "keep_stage2",
    ]  # fmt: skip
    assert list(Generate.form_fields()) == [
        "prompt", "negative", "steps", "stage2_steps", "guidance", "guidances",
        "stage2_guidance", "sampler", "count", "best_of", "model", "stage2", "seed",
    ]  # fmt: skip
