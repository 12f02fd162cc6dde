"""The form with what it does not show: a request is completed in one place."""

from pathlib import Path
from typing import Any

import pytest
from textual.app import App

from engine.specs import Denoise, Generate, Spec, Train
from screens.base.form_panel import FormPanel
from screens.messages import SubmitRun

START = {"start_from": "run:8", "start_sample": 1}


class Show(App[None]):
    def __init__(self, kind: type[Spec], values: dict[str, Any], device: str) -> None:
        super().__init__()
        self.given = kind, values, device
        self.asked: list[Spec] = []

    def compose(self):
        yield FormPanel(*self.given)

    @property
    def panel(self) -> FormPanel:
        return self.query_one(FormPanel)

    def on_submit_run(self, event: SubmitRun) -> None:
        self.asked.append(event.spec)


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))


async def test_a_request_comes_with_device_and_origin() -> None:
    app = Show(Generate, {"prompt": "a cat"}, "cuda:1")
    async with app.run_test(size=(36, 30)) as pilot:
        app.panel.origin.take(START, 10)
        app.panel.form.rows["prompt"].field.focus()
        await pilot.press("enter")
        app.panel.submit()
        await pilot.pause()
    assert app.asked == [Generate(prompt="a cat", device="cuda:1", **START)] * 2


async def test_what_starts_elsewhere_is_the_same_request() -> None:
    """A training that is started in a process of its own has the program's device too."""
    app = Show(Train, {"model": "time"}, "cuda:1")
    async with app.run_test(size=(36, 30)):
        assert app.panel.form.ready() == Train(model="time", device="cuda:1")


async def test_a_changed_field_overrules_what_is_typed() -> None:
    app = Show(Denoise, {"image": "cat", "t": "250"}, "cpu")
    async with app.run_test(size=(36, 30)) as pilot:
        app.panel.submit(t=(900,))
        await pilot.pause()
    assert app.asked == [Denoise(image="cat", t=(900,), device="cpu")]
