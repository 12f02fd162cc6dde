"""A place whose runs begin with a picture: it is asked for as soon as it is chosen."""

from typing import Any

from PIL import Image

from engine.errors import BadInput
from engine.events import Event, Failed, Prepared
from engine.specs import Pictured, Prepare
from screens.base.form_panel import FormPanel
from screens.base.run_screen import RunScreen
from screens.messages import SubmitRun
from screens.preview_requests import preview_request
from screens.session import RunState
from screens.widgets.form.text_field import LongField

FIRST = "tower"


class ImageScreen(RunScreen):
    """``wanted`` is the picture that is chosen, ``picture`` the last one that came."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.wanted: Prepare | None = None
        self.picture: Prepared | None = None
        self.picture_of: Prepare | None = None
        self._asked: Prepare | None = None
        self._by_hand = False

    def first_values(self) -> dict[str, Any]:
        typed: dict[str, Any] = self.memory.get("ask", {})
        return {"image": FIRST} | typed | {"model": self.cascade["model"]}

    def begin(self) -> None:
        self.ask.form.entering["image"] = self.choose
        self.to_pictures()
        self.call_after_refresh(self.prepare_as_typed)

    def picture_changed(self) -> None:
        """Another picture is there, or another one is wanted."""

    def shows(self, trace: RunState | None) -> bool:
        """Whether a run began with the picture, and the noise, that is wanted now."""
        spec = trace.spec if trace else None
        return isinstance(spec, Pictured) and preview_request(spec) == self.wanted

    @property
    def fresh(self) -> bool:
        """Whether the picture that came is the one that is wanted."""
        return self.picture is not None and self.picture_of == self.wanted

    @property
    def image(self) -> Image.Image | None:
        """The last picture that came, as the model takes it."""
        said = self.picture
        return Image.frombytes("RGB", (said.side, said.side), said.picture) if said else None

    def choose(self) -> None:
        """Enter in the picture's field: read it, again if it was read before."""
        self._by_hand = True
        self.wanted = None
        self.prepare_as_typed()
        if self.wanted is not None:
            self.to_pictures()

    def prepare_as_typed(self) -> None:
        """Ask for what stands in the form, or say what is wrong with it at the picture's field."""
        try:
            self.prepare(self._typed())
        except BadInput as error:
            self.ask.form.complain("image", str(error))

    def prepare(self, spec: Prepare) -> None:
        """Ask for a picture, unless it is the one wanted already; only the newest wish is asked."""
        if spec == self.wanted:
            return
        self.wanted = spec
        if self._asked is None:
            self._ask(spec)
        self.picture_changed()

    def heard(self, batch: list[Event]) -> None:
        super().heard(batch)
        said = self.session.preview_requests.answers.get(self._asked) if self._asked else None
        if said is None:
            return
        asked, self._asked = self._asked, None
        if asked != self.wanted:
            if self.wanted is not None:
                self._ask(self.wanted)
        elif isinstance(said, Prepared):
            self._take(said)
        else:
            self._refused(said)

    def open(self, trace: RunState) -> None:
        super().open(trace)
        if isinstance(trace.spec, Pictured):
            self.prepare(preview_request(trace.spec))

    def on_submit_run(self, event: SubmitRun) -> None:
        if isinstance(event.spec, self.SPEC) and isinstance(event.spec, Pictured):
            self.prepare(preview_request(event.spec))

    def on_form_panel_changed(self, _: FormPanel.Changed) -> None:
        """Another seed, fit or model: the same picture is asked for; a name only when entered."""
        if self.wanted is None:
            return
        try:
            typed = self._typed(image=self.wanted.image)
        except BadInput:
            return  # said at its own field
        self.prepare(typed)

    def action_picture(self) -> None:
        self.go_to_field("image")

    def _typed(self, **instead: str) -> Prepare:
        form = self.ask.form.values()
        values = {name: form[name] for name in Prepare.model_fields if name in form}
        hidden = {"stage2": "none", "device": self.cascade["device"]}
        spec = Prepare.parse(values | hidden | instead)
        assert isinstance(spec, Prepare)
        return spec

    def _ask(self, spec: Prepare) -> None:
        self._asked = spec
        self.session.preview_requests.answers.pop(spec, None)
        self.post_message(SubmitRun(spec))

    def _take(self, said: Prepared) -> None:
        self.picture, self.picture_of, self._by_hand = said, self.wanted, False
        field = self.ask.form.rows["image"].field
        if self.wanted and isinstance(field, LongField):
            field.history.add(self.wanted.image)
        self.picture_changed()

    def _refused(self, said: Failed) -> None:
        if said.code != 2 or self.ask.has_class("-folded"):
            self.notify(said.message, title="no picture", severity="error", timeout=10)
        if said.code == 2:
            self.ask.form.complain("image", said.message)
        if said.code == 2 and self._by_hand and self.is_current:
            self.action_picture()
        self._by_hand = False
        self.picture_changed()
