"""What Illusions shows: the picture as it is read, turned, from afar or in bands; its timeline."""

from typing import ClassVar

from textual.binding import BindingType
from textual.containers import Vertical

from screens import keys
from screens.base.run_view import RunView
from screens.illusions.panes import IllusionPictures
from screens.messages import SaveUiState, send
from screens.session import Session

AFAR = ("", "afar", "smaller")
BANDS = ("", "bands")


class IllusionView(Vertical):
    """A run view whose pictures are the readings of one picture."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *keys.bindings("illusions.turn", "illusions.afar", "illusions.bands"),
        *keys.bindings("view.single", "view.back"),
    ]
    DEFAULT_CSS = """
    IllusionView { width: 1fr; height: 1fr; }
    """

    def __init__(self, session: Session, apart: bool) -> None:
        self.pictures = IllusionPictures()
        self.pictures.apart = apart
        self.run_view = RunView(
            session,
            self.pictures.panes,
            without=("fold_view",),
            opening=self.pictures.show_run,
            select=self._select,
        )
        super().__init__(self.run_view)

    def action_turn(self, delta: int) -> None:
        self.pictures.turn(delta)
        self.refresh_bindings()

    def action_afar(self) -> None:
        self._display(AFAR)

    def action_bands(self) -> None:
        self._display(BANDS)

    def action_back(self) -> None:
        """From another look at the picture to the readings, or the channels."""
        self._display(AFAR[:1])

    def action_fold_view(self) -> None:
        self.pictures.fold()
        single, apart = self.pictures.panes.single, self.pictures.apart
        send(self, SaveUiState(single=single, apart=apart))
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "back":
            return bool(self.pictures.display)
        can = {"turn": self.pictures.many, "bands": self.pictures.splits}.get(action, True)
        return bool(self.run_view.timeline.frames) and can

    def _display(self, displays: tuple[str, ...]) -> None:
        self.pictures.next_display(*displays)
        self.refresh_bindings()

    def _select(self, index: int) -> None:
        """A picture was chosen: of several samples one, of one sample a reading."""
        if self.pictures.panes.together:
            self.run_view.choose(index // self.pictures.row(), together=False)
        elif self.pictures.mode == "readings":
            self.pictures.reading = index
            self.pictures.panes.again()
