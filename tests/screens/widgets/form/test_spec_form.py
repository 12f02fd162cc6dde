"""A form from a spec: what it shows, what it says, and that nothing typed is ever lost."""

from pathlib import Path

import pytest
from textual.app import App
from textual.widgets import Input, Static

from engine.specs import Generate, ui_hints
from screens.messages import SubmitRun
from screens.widgets.form.choice_field import ChoiceField
from screens.widgets.form.number_field import NumberField
from screens.widgets.form.spec_form import SpecForm
from screens.widgets.form.text_field import LongField, SuggestedField


class Show(App[None]):
    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        self.asked: list[Generate] = []
        self.edited: list[str] = []

    def compose(self):
        yield SpecForm(Generate, self.folder)

    @property
    def form(self) -> SpecForm:
        return self.query_one(SpecForm)

    def on_submit_run(self, event: SubmitRun) -> None:
        assert isinstance(event.spec, Generate)
        self.asked.append(event.spec)

    def on_spec_form_edited(self, event: SpecForm.Edited) -> None:
        self.edited.append(event.field)

    def said(self, name: str) -> str:
        """What stands under a field, where it is displayed."""
        line = self.form.rows[name].query_one(".complaint", Static)
        return str(line.render()) if line.display else ""


@pytest.fixture
def app(tmp_path):
    return Show(tmp_path)


async def write(pilot, name: str, text: str) -> None:
    """Put ``text`` into a field, its last letter by key."""
    pilot.app.form.rows[name].field.text = text[:-1]
    pilot.app.form.rows[name].field.focus()
    await pilot.press(text[-1])
    await pilot.pause()


async def test_every_asked_field_and_no_other_is_there(app):
    async with app.run_test(size=(36, 30)):
        assert list(app.form.rows) == list(Generate.form_fields())
        assert "device" not in app.form.rows
        kinds = {name: type(row.field) for name, row in app.form.rows.items()}
        assert kinds["prompt"] is kinds["negative"] is LongField
        assert kinds["steps"] is kinds["guidance"] is kinds["seed"] is NumberField
        assert kinds["sampler"] is ChoiceField
        assert kinds["stage2"] is SuggestedField


async def test_labels_and_defaults_are_the_specs_own(app):
    async with app.run_test(size=(36, 30)):
        for name, info in Generate.form_fields().items():
            row = app.form.rows[name]
            label = str(row.query_one(".label", Static).render())
            assert label == ui_hints(info).get("label", name)
            if not info.is_required():
                assert row.field.text == ("" if info.default is None else str(info.default))


async def test_typed_and_entered_is_a_request(app):
    async with app.run_test(size=(36, 30)) as pilot:
        await pilot.press(*"a rocket", "enter")
        assert [s.prompt for s in app.asked] == ["a rocket"]
        assert app.asked[0] == Generate(prompt="a rocket")


async def test_hidden_fields_come_with_submit(app):
    async with app.run_test(size=(36, 30)) as pilot:
        await write(pilot, "prompt", "x")
        app.form.submit(start_from="run:8")
        await pilot.pause()
        assert app.asked[0].start_from == "run:8"


async def test_empty_prompt_says_so_at_the_prompt_and_goes_there(app):
    async with app.run_test(size=(36, 30)) as pilot:
        app.form.rows["seed"].field.focus()
        await pilot.press("enter")
        await pilot.pause()
        assert app.asked == []
        assert "prompt is empty" in app.said("prompt")
        assert app.form.rows["prompt"].field.has_focus
        await pilot.press("x")
        await pilot.pause()
        assert app.said("prompt") == ""


async def test_empty_prompt_is_right_without_guidance(app):
    async with app.run_test(size=(36, 30)) as pilot:
        await pilot.press("enter")
        await write(pilot, "guidance", "0")
        assert app.said("prompt") == ""
        await pilot.press("enter")
        await pilot.pause()
        assert [s.guidance for s in app.asked] == [0]


WRONG = (
    ("steps", "0", "a whole number, 1 to 1000"),
    ("steps", "1000000000", "a whole number, 1 to 1000"),
    ("steps", "ten", "a whole number, 1 to 1000"),
    ("steps", "2.5", "a whole number, 1 to 1000"),
    ("stage2_steps", "0", "a whole number, 1 to 1000"),
    ("guidance", "nan", "a number, 0 to 100"),
    ("guidance", "inf", "a number, 0 to 100"),
    ("guidance", "101", "a number, 0 to 100"),
    ("seed", "4294967296", "a whole number, 0 to 4294967295"),
    ("seed", "2718x", "a whole number, 0 to 4294967295"),
    ("count", "65", "a whole number, 1 to 64"),
)


async def test_a_wrong_value_says_so_at_once_and_is_kept(app):
    async with app.run_test(size=(40, 30)) as pilot:
        app.form.set_values({"prompt": "a rocket"})
        for name, text, line in WRONG:
            before = app.form.values()[name]
            await write(pilot, name, text)
            assert app.said(name) == line
            assert app.form.rows[name].has_class("-wrong")
            await pilot.press("enter")
            assert app.asked == []
            assert app.form.values()[name] == text
            assert app.form.values()["prompt"] == "a rocket"
            assert [n for n, row in app.form.rows.items() if row.complaint] == [name]
            app.form.set_values({name: before})
            await pilot.pause()
            assert app.said(name) == ""


async def test_negative_seed_cannot_be_typed_but_can_be_loaded(app):
    async with app.run_test(size=(40, 30)) as pilot:
        app.form.set_values({"seed": -1, "prompt": "x"})
        await pilot.pause()
        assert app.said("seed") == "a whole number, 0 to 4294967295"
        assert app.form.values()["seed"] == "-1"


async def test_too_long_a_prompt_is_said_and_kept(app):
    async with app.run_test(size=(40, 30)) as pilot:
        app.form.set_values({"prompt": "x" * 2001})
        await pilot.pause()
        assert "2000" in app.said("prompt")
        assert len(app.form.values()["prompt"]) == 2001


async def test_a_field_emptied_to_type_anew_is_not_scolded_until_left(app):
    async with app.run_test(size=(40, 30)) as pilot:
        app.form.rows["steps"].field.focus()
        await pilot.press("backspace", "backspace")
        await pilot.pause()
        assert app.said("steps") == ""
        await pilot.press("tab")
        await pilot.pause()
        assert app.said("steps") == "a whole number, 1 to 1000"


async def test_untouched_fields_do_not_complain_while_another_is_typed_in(app):
    async with app.run_test(size=(40, 30)) as pilot:
        await write(pilot, "steps", "30")
        assert all(not row.complaint for row in app.form.rows.values())


async def test_keys_move_numbers(app):
    async with app.run_test(size=(36, 30)) as pilot:
        app.form.rows["steps"].field.focus()
        for key, value in (
            ("plus", "21"),
            ("minus", "20"),
            ("up", "21"),
            ("down", "20"),
            ("asterisk", "30"),
            ("underscore", "20"),
            ("pageup", "30"),
            ("shift+down", "20"),
        ):
            await pilot.press(key)
            assert app.form.values()["steps"] == value, key
        app.form.rows["guidance"].field.focus()
        await pilot.press("plus")
        assert app.form.values()["guidance"] == "7.5"
        app.form.rows["seed"].field.focus()
        await pilot.press("minus", "asterisk")
        assert app.form.values()["seed"] == "2727"


async def test_keys_cycle_choices(app):
    async with app.run_test(size=(36, 30)) as pilot:
        app.form.rows["sampler"].field.focus()
        seen = []
        for key in ("right", "space", "down", "right", "left"):
            await pilot.press(key)
            seen.append(app.form.values()["sampler"])
        assert seen == ["course", "ddim", "dpm++", "ddpm", "dpm++"]
        await pilot.pause()
        assert "sampler" in app.edited


async def test_enter_in_a_choice_asks(app):
    async with app.run_test(size=(36, 30)) as pilot:
        await pilot.press(*"cat")
        app.form.rows["sampler"].field.focus()
        await pilot.press("right", "enter")
        await pilot.pause()
        assert app.asked[0].sampler == "course"


async def test_keys_go_through_usual_values_of_free_text(app):
    async with app.run_test(size=(36, 30)) as pilot:
        app.form.rows["stage2"].field.focus()
        await pilot.press("down")
        assert app.form.values()["stage2"] == "none"
        await pilot.press("down")
        assert app.form.values()["stage2"] == "auto"
        app.form.rows["stage2"].field.text = "my/folder"
        await pilot.press("down")
        assert app.form.values()["stage2"] == "auto"


async def test_prompts_come_back_with_up_also_in_the_next_session(tmp_path):
    app = Show(tmp_path)
    async with app.run_test(size=(36, 30)) as pilot:
        for prompt in ("one", "two"):
            await write(pilot, "prompt", prompt)
            await pilot.press("enter")
        await write(pilot, "prompt", "half")
        await pilot.press("up", "up")
        assert app.form.values()["prompt"] == "one"
        await pilot.press("down", "down")
        assert app.form.values()["prompt"] == "half"
    again = Show(tmp_path)
    async with again.run_test(size=(36, 30)) as pilot:
        await pilot.press("up")
        assert again.form.values()["prompt"] == "two"


async def test_what_was_wrong_is_not_remembered_as_a_prompt(app):
    async with app.run_test(size=(36, 30)) as pilot:
        app.form.set_values({"steps": 0})
        await pilot.press(*"cat", "enter")
        await pilot.pause()
        assert app.form.rows["prompt"].field.history.lines == []


async def test_a_complaint_from_outside_stays_until_that_field_changes(app):
    async with app.run_test(size=(36, 30)) as pilot:
        app.form.rows["model"].complain("no folder named there")
        await write(pilot, "steps", "30")
        assert app.said("model") == "no folder named there"
        await write(pilot, "model", "x")
        assert app.said("model") == ""


async def test_a_complaint_about_a_field_it_does_not_show_is_said_at_the_first(app):
    async with app.run_test(size=(36, 30)) as pilot:
        app.form.rows["start_from"].complain("that run has no step 40")
        await pilot.pause()
        assert app.said("prompt") == "that run has no step 40"


async def test_values_come_back_as_they_were(app):
    kept = {"prompt": "a  cat ", "steps": "0", "guidance": "7.", "seed": "", "sampler": "ddim"}
    async with app.run_test(size=(36, 30)) as pilot:
        app.form.set_values(kept | {"no_such_field": 1})
        await pilot.pause()
        assert app.form.values().items() >= kept.items()


async def test_a_pasted_prompt_keeps_all_its_lines(app):
    async with app.run_test(size=(36, 30)) as pilot:
        field = app.form.rows["prompt"].field
        assert isinstance(field, Input)
        field.post_message(_paste("an oil painting\nof a rocket\n"))
        await pilot.pause()
        assert app.form.values()["prompt"] == "an oil painting of a rocket"


def _paste(text: str):
    from textual.events import Paste

    return Paste(text)


async def test_help_is_the_declared_one_of_the_field_in_focus(app):
    async with app.run_test(size=(60, 30)) as pilot:
        app.form.rows["guidance"].field.focus()
        await pilot.pause()
        text = str(app.form.query_one("#help", Static).render())
        assert text.startswith(Generate.model_fields["guidance"].description or "?")
        assert "0 to 100" in text


async def test_every_field_can_be_reached_at_80_by_24(app):
    async with app.run_test(size=(32, 14)) as pilot:
        for name, row in app.form.rows.items():
            app.form.rows[name].field.focus()
            await pilot.pause()
            assert app.screen.can_view_entire(row.field), name
