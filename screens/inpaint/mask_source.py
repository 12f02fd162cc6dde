"""The mask of the next run: drawn on the canvas, or read from what the form names."""

import asyncio
from contextlib import suppress
from pathlib import Path

from PIL import Image
from textual.message import Message
from textual.widget import Widget
from textual.worker import Worker

from engine.errors import BadInput
from engine.runs.run_state import RunState
from engine.specs import Inpaint
from screens.base.form_panel import FormPanel
from screens.base.picture_source import read_picture
from screens.inpaint import saved_masks
from screens.inpaint.mask_editor import MaskEditor
from screens.inpaint.saved_masks import AS_DRAWN
from screens.messages import send


class MaskSource(Widget):
    """Has no looks. Keeps the field ``mask`` of the form and the ``editor`` of one mind."""

    class Changed(Message):
        """Another mask is on the canvas."""

    DEFAULT_CSS = """
    MaskSource { display: none; }
    """

    def __init__(self, editor: MaskEditor, form: FormPanel) -> None:
        super().__init__()
        self.editor, self.form = editor, form
        form.form.entering["mask"] = self.choose

    def choose(self) -> None:
        """Enter in the mask's field: lay it over the picture."""
        name = self.form.values()["mask"].strip()
        if name not in ("", AS_DRAWN):
            _: Worker[None] = self.run_worker(self._lay_named(name), group="mask", exclusive=True)

    def take_of(self, run: RunState) -> None:
        """Go on with the mask of a run."""
        _: Worker[None] = self.run_worker(self._lay_of(run), group="mask", exclusive=True)

    def lie_over_picture(self) -> None:
        """A mask that is read has to suit the picture of the form."""
        values = self.form.values()
        self.editor.over, self.editor.fit = values["image"], values["fit"]

    def show_name(self) -> None:
        """Write into the form what the mask on the canvas is called."""
        self.form.form.set_values({"mask": self.editor.called})

    def keep(self) -> str:
        """The file that the mask on the canvas is in from now on. Raises BadInput."""
        return self.editor.names.keep(self.editor.mask)

    def filed(self, spec: Inpaint) -> Inpaint:
        """The request with a mask that is in a file; what was typed is laid over the picture."""
        if spec.mask not in (AS_DRAWN, self.editor.called):
            self.choose()
            return spec.model_copy(update={"mask": saved_masks.known(spec.mask.strip())})
        name = self.keep()
        self.form.form.set_values({"mask": name})
        return spec.model_copy(update={"mask": name})

    async def _lay_named(self, name: str) -> None:
        self.lie_over_picture()
        try:
            name, mask = await asyncio.to_thread(self.editor.read, name)
        except BadInput as error:
            self.form.form.rows["mask"].complain(str(error))
        else:
            self._lay(name, mask)

    async def _lay_of(self, run: RunState) -> None:
        """A run's own mask, by its name while that still means the same."""
        spec, masked = run.spec, run.masked.get(1)
        if masked is None or not isinstance(spec, Inpaint):
            return
        self.editor.over, self.editor.fit = spec.image, spec.fit
        names = run.folder, masked.mask, spec.mask
        name, mask = await asyncio.to_thread(_mask_of, self.editor, *names)
        if mask is not None:
            self._lay(name, mask)

    def _lay(self, name: str, mask: Image.Image) -> None:
        self.editor.take(name, mask)
        self.form.form.set_values({"mask": name})
        send(self, self.Changed())


def _mask_of(
    editor: MaskEditor, folder: Path, file: str, named: str
) -> tuple[str, Image.Image | None]:
    from engine.runs import SOURCE_MASK

    image = read_picture(folder / file)
    mask = image.convert("L") if image else None
    with suppress(BadInput):  # gone, or never a file: the run has its own
        name, same = editor.read(named)
        if mask is not None and same.tobytes() == mask.tobytes():
            return name, mask
    return str(folder / SOURCE_MASK), mask
