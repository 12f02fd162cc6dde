"""The picture that runs begin with, read as soon as it is chosen; pictures of run folders."""

from functools import lru_cache
from pathlib import Path
from typing import ClassVar

from PIL import Image
from textual.binding import BindingType
from textual.message import Message
from textual.widget import Widget

from engine.errors import BadInput
from engine.events import Event, Failed, Prepared
from engine.runs.run_state import RunState
from engine.specs import Pictured, Prepare
from screens import keys
from screens.base.form_panel import FormPanel
from screens.messages import SubmitRun, send
from screens.session import Session, preview_request
from screens.widgets.form.text_field import LongField

FIRST = "tower"
"""The picture at the very first start."""


class PictureLoader(Widget):
    """Has no looks. ``wanted`` is the picture to read, ``picture`` the last one that came.

    Only the newest wish is asked for; ``reading`` is the one that the engine works on.
    """

    class Changed(Message):
        """Another picture is there (``arrived``), or another one is wanted."""

        def __init__(self, arrived: bool = False) -> None:
            super().__init__()
            self.arrived = arrived

    class Refused(Message):
        """The picture that is wanted cannot be read."""

        def __init__(self, failed: Failed) -> None:
            super().__init__()
            self.failed = failed

    DEFAULT_CSS = """
    PictureLoader { display: none; }
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.wanted: Prepare | None = None
        self.reading: Prepare | None = None
        self.picture: Prepared | None = None
        self._picture_of: Prepare | None = None

    def on_mount(self) -> None:
        self.session.listeners.append(self._listen)

    def on_unmount(self) -> None:
        self.session.listeners.remove(self._listen)

    def load(self, spec: Prepare) -> None:
        """Ask for a picture, unless it is the one wanted already."""
        if spec == self.wanted:
            return
        self.wanted = spec
        if self.reading is None:
            self._read(spec)
        send(self, self.Changed())

    def shows(self, run: RunState | None) -> bool:
        """Whether a run began with the picture, and the noise, that is wanted now."""
        spec = run.spec if run else None
        return isinstance(spec, Pictured) and preview_request(spec) == self.wanted

    @property
    def fresh(self) -> bool:
        """Whether the picture that came is the one that is wanted."""
        return self.picture is not None and self._picture_of == self.wanted

    @property
    def image(self) -> Image.Image | None:
        """The last picture that came, as the model takes it."""
        prepared = self.picture
        if prepared is None:
            return None
        return Image.frombytes("RGB", (prepared.side, prepared.side), prepared.picture)

    def _read(self, spec: Prepare) -> None:
        self.reading = spec
        self.session.preview_requests.answers.pop(spec, None)
        send(self, SubmitRun(spec))

    def _listen(self, _: list[Event]) -> None:
        answers = self.session.preview_requests.answers
        answer = answers.get(self.reading) if self.reading else None
        if answer is None or not self.is_mounted:
            return
        read, self.reading = self.reading, None
        if read != self.wanted:
            if self.wanted is not None:
                self._read(self.wanted)
        elif isinstance(answer, Prepared):
            self.picture, self._picture_of = answer, read
            send(self, self.Changed(arrived=True))
        else:
            send(self, self.Refused(answer))
            send(self, self.Changed())


class PictureSource(Widget):
    """Has no looks. The picture that ``form`` names in its field ``image``."""

    class Chosen(Message):
        """A picture was entered by hand: whoever did so wants to see it."""

    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings("picture.choose")]
    DEFAULT_CSS = """
    PictureSource { display: none; }
    """

    def __init__(self, session: Session, form: FormPanel, device: str) -> None:
        self.loader, self.form, self._device = PictureLoader(session), form, device
        super().__init__(self.loader)
        self._by_hand = False
        form.form.entering["image"] = self.choose

    def on_mount(self) -> None:
        self.call_after_refresh(self.load_typed)

    def choose(self) -> None:
        """Enter in the picture's field: read it, again if it was read before."""
        self._by_hand = True
        self.loader.wanted = None
        self.load_typed()
        if self.loader.wanted is not None:
            send(self, self.Chosen())

    def load_typed(self) -> None:
        """Ask for what stands in the form, or say what is wrong with it at the picture's field."""
        try:
            self.loader.load(self._typed())
        except BadInput as error:
            self.form.form.rows["image"].complain(str(error))

    def follow_form(self) -> None:
        """Another seed, fit or model: the same picture is asked for; a name only when entered."""
        if self.loader.wanted is None:
            return
        try:
            spec = self._typed(image=self.loader.wanted.image)
        except BadInput:
            return  # said at its own field
        self.loader.load(spec)

    def action_picture(self) -> None:
        self.form.go_to("image")

    def on_picture_loader_changed(self, event: PictureLoader.Changed) -> None:
        """A name that could be read is remembered among those to choose from."""
        field, wanted = self.form.form.rows["image"].field, self.loader.wanted
        if event.arrived:
            self._by_hand = False
        if event.arrived and wanted and isinstance(field, LongField):
            field.history.add(wanted.image)

    def on_picture_loader_refused(self, event: PictureLoader.Refused) -> None:
        event.stop()
        failed = event.failed
        if failed.code != 2 or self.form.has_class("-folded"):
            self.notify(failed.message, title="no picture", severity="error", timeout=10)
        if failed.code == 2:
            self.form.form.rows["image"].complain(failed.message)
        if failed.code == 2 and self._by_hand and self.screen.is_current:
            self.action_picture()
        self._by_hand = False

    def _typed(self, **instead: str) -> Prepare:
        form = self.form.form.values()
        values = {name: form[name] for name in Prepare.model_fields if name in form}
        spec = Prepare.parse(values | {"stage2": "none", "device": self._device} | instead)
        assert isinstance(spec, Prepare)
        return spec


def read_picture(path: Path) -> Image.Image | None:
    """A picture of a run folder; None where it cannot be read (it is shown as an empty place)."""
    try:
        return _read(path)
    except (OSError, ValueError, Image.DecompressionBombError):
        return None


@lru_cache(maxsize=256)
def _read(path: Path) -> Image.Image:
    with Image.open(path) as image:
        return image.convert("RGB")
