"""What is declared once and found by who needs it: kinds of specs, their activities, samplers."""

from importlib import import_module
from pathlib import Path

import pytest

from engine import activities
from engine.diffusion.update_rules import RULES
from engine.job import Job, RecordedJob
from engine.specs import KINDS, Denoise, Edit, Generate, Inpaint, Spec, choices
from engine.specs.samplers import NAMES, SAMPLERS

FOLDER = Path(activities.__file__).parent
SCREENS = Path(__file__).parents[3] / "screens"


def activity(spec: type[Spec]) -> str:
    return spec.activity or spec.kind


@pytest.mark.parametrize("spec", KINDS.values(), ids=KINDS)
def test_every_kind_is_served_by_the_run_of_its_activity(spec: type[Spec]) -> None:
    run = import_module(f"engine.activities.{activity(spec)}").run
    assert issubclass(spec, run.__annotations__["spec"])
    written = spec.has_run_folder and not spec.resumable  # those keep event files of their own
    assert run.__annotations__["job"] is (RecordedJob if written else Job)


def test_activities_are_entry_points_and_nothing_else() -> None:
    files = {path.stem for path in FOLDER.glob("*.py")} - {"__init__"}
    assert files == {activity(spec) for spec in KINDS.values()}


@pytest.mark.parametrize("spec", KINDS.values(), ids=KINDS)
def test_what_a_spec_says_of_its_surfaces_fits_its_fields(spec: type[Spec]) -> None:
    fields = set(spec.model_fields)
    assert {*spec.positional, *spec.form_first, *spec.form_last} <= fields
    assert bool(spec.command) == bool(spec.summary)
    assert not spec.screen or list(SCREENS.glob(f"{spec.screen}*"))


def test_no_two_kinds_share_a_command_or_a_place_among_the_commands() -> None:
    commands = [spec.command for spec in KINDS.values() if spec.command]
    places = [spec.position for spec in KINDS.values() if spec.command]
    assert len(set(commands)) == len(commands) == len(set(places))


def test_every_sampler_of_the_table_has_a_rule_and_is_offered() -> None:
    assert list(RULES) == list(SAMPLERS)
    for spec in (Generate, Denoise, Edit):
        assert choices(spec.model_fields["sampler"]) == NAMES
    assert choices(Inpaint.model_fields["sampler"]) == ("auto", *NAMES)
