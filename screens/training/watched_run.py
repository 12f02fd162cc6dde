"""The training that a view watches: served by this program, by another process, or over."""

from engine.runs.run_state import RunState
from screens.session import Session
from screens.training.followed_runs import FollowedRuns
from screens.widgets.training.part_table import state


class WatchedRun:
    """What is known of the training that ``runs`` watches, and what a message calls it."""

    def __init__(self, session: Session, runs: FollowedRuns) -> None:
        self.session, self.runs = session, runs

    @property
    def served(self) -> RunState | None:
        """The run as this program serves it; None for one of another process or an old one."""
        folder = self.runs.watched.folder
        state = self.session.states.get(folder.name)
        return state if state and state.folder == folder else None

    @property
    def mine(self) -> bool:
        """Whether this program trains it now."""
        return self.served is not None and self.served.live

    @property
    def live(self) -> bool:
        """Whether any process of this machine trains it now."""
        return self.mine or self.runs.watched.live

    @property
    def paused(self) -> bool:
        """Whether it is held before its next step."""
        served = self.served if self.mine else None
        return self.session.is_paused(served) if served else self.runs.watched.paused

    @property
    def cancelling(self) -> bool:
        """Whether somebody asked for its end already."""
        served = self.served
        return served is not None and self.session.is_cancelling(served)

    @property
    def name(self) -> str:
        """What a message about it calls it: its folder where another process is at it."""
        return self.served.name if self.served and self.mine else str(self.runs.watched.folder)

    @property
    def saved(self) -> int:
        """The step of the newest checkpoint of any part; 0 where there is none."""
        return max((part.saved for part in self.runs.parts), default=0)

    def line(self, figures: str = "") -> str:
        """What is watched, how it does, and where it is, or its ``figures`` in place of that."""
        title = self.runs.spec.title() if self.runs.spec else ""
        doing, folder = self._doing(), str(self.runs.watched.folder)
        return " · ".join((figures, doing, title) if figures else (title, doing, folder))

    def _doing(self) -> str:
        """How the training does, in a few words."""
        if not self.runs.watched.live:
            return _ended(self.runs)
        trained = [part for part in self.runs.parts if part.attempt.live]
        word = "paused" if self.paused else state(trained[-1]) if trained else "running"
        return word if self.mine else f"{word} · another process"


def _ended(runs: FollowedRuns) -> str:
    """How it ended: its last part, or, where none began, the run."""
    words = [word for part in runs.parts if (word := state(part))]
    ending = runs.watched.attempt.ending
    if not words and ending is not None:
        return ending.WIRE.lower()
    return words[-1] if words else "no process is known"
