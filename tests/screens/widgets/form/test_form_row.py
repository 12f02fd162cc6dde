"""Lists in a form: typed with commas, judged by the spec."""

from pathlib import Path

import pytest
from textual.app import App, ComposeResult
from textual.widgets import Static

from engine.specs import Denoise, Edit, Noised
from screens.widgets.form.form_row import typed
from screens.widgets.form.spec_form import SpecForm
from screens.widgets.form.text_field import TextField


class Show(App[None]):
    def __init__(self, spec: type[Noised], folder: Path) -> None:
        super().__init__()
        self.spec, self.folder = spec, folder

    def compose(self) -> ComposeResult:
        self.form = SpecForm(self.spec, self.folder)
        yield self.form

    def said(self, name: str) -> str:
        line = self.form.rows[name].query_one(".complaint", Static)
        return str(line.render()) if line.display else ""


@pytest.mark.parametrize(
    ("spec", "name", "shown"),
    [(Edit, "levels", "1,3,5,7,10,20"), (Denoise, "t", "250,500,750")],
)
async def test_a_list_stands_in_its_field_as_it_is_typed(
    tmp_path: Path, spec: type[Noised], name: str, shown: str
) -> None:
    app = Show(spec, tmp_path)
    async with app.run_test(size=(36, 40)):
        assert app.form.rows[name].field.text == shown
        assert type(app.form.rows[name].field) is TextField


async def test_a_wrong_level_is_told_at_the_levels(tmp_path: Path) -> None:
    app = Show(Edit, tmp_path)
    async with app.run_test(size=(36, 40)) as pilot:
        app.form.set_values({"image": "cat", "levels": "1,3"})
        app.form.rows["levels"].field.focus()
        await pilot.press("0")
        await pilot.pause()
        assert app.said("levels") == ""
        app.form.set_values({"levels": "1,34"})
        await pilot.pause()
        assert "34 is past the end: the schedule's last index is 33" in app.said("levels")
        app.form.set_values({"stride": "20"})
        await pilot.pause()
        assert app.said("levels") == ""
        spec = app.form.ready()
    assert isinstance(spec, Edit)
    assert spec.levels == (1, 34)


def test_a_list_read_from_a_file_is_typed_alike() -> None:
    assert typed((1, "t690", "70%")) == typed([1, "t690", "70%"]) == "1,t690,70%"
