"""The commands of a training's view, and what every screen that watches a training shares."""

from typing import TYPE_CHECKING

from screens.training.view import TrainingView

if TYPE_CHECKING:
    from textual.screen import Screen

    Base = Screen[None]
else:
    Base = object


class TrainingActions(Base):
    """For a screen that has a :class:`TrainingView`."""

    view: TrainingView

    def action_go(self, delta: int) -> None:
        self.view.film.go(delta)

    def action_home(self) -> None:
        self.view.film.go(-len(self.view.film.sheets))

    def action_end(self) -> None:
        self.view.film.go(len(self.view.film.sheets))

    def action_part(self, delta: int) -> None:
        self.view.next_part(delta)

    def action_metric(self) -> None:
        self.view.next_metric()

    def action_smooth(self, by: int) -> None:
        self.view.plot.smooth(by)

    def action_log(self) -> None:
        self.view.plot.toggle_log()

    def action_zoom(self) -> None:
        self.view.plot.next_zoom()

    def action_page(self) -> None:
        self.view.gallery.next_page()

    def action_beside(self) -> None:
        self.view.beside()

    async def action_flip(self) -> None:
        await self.view.flip()

    def action_fold_view(self) -> None:
        self.view.fold()

    def action_overlay(self) -> None:
        from screens.training.overlaying import choose_overlay

        choose_overlay(self, self.view)

    def can_watch(self, action: str) -> bool | None:
        """Whether a command of the view makes sense now; None where it is not one of its."""
        sheets = self.view.film.sheets
        if action in ("go", "home", "end", "flip"):
            return len(sheets) > 1
        match action:
            case "beside":
                return bool(sheets)
            case "page":
                return self.view.gallery.count > 1
            case "part":
                return len(self.view.parts) > 1
            case "metric":
                return bool(self.view.parts)
        return None
