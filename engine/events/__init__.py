"""What happens, as frozen records. Torch-free; every one has a JSON form and comes back from it."""

from engine.events.base import CHANNELS, Event, Sheet
from engine.events.images import METHODS, Difference, Frame, Masked, Measured, Original, Prepared
from engine.events.lifecycle import (
    ENDINGS,
    Blocked,
    Cancelled,
    Done,
    Failed,
    Notice,
    Paused,
    Planned,
    Queued,
    Result,
    Resumed,
    RetrySuggested,
    Started,
    TooExpensive,
)
from engine.events.serialization import from_json, to_json
from engine.events.status import Fetching, Ready, Report, Status
from engine.events.training import Begun, Progress, Samples, Saved

__all__ = [
    "CHANNELS",
    "ENDINGS",
    "METHODS",
    "Begun",
    "Blocked",
    "Cancelled",
    "Difference",
    "Done",
    "Event",
    "Failed",
    "Fetching",
    "Frame",
    "Masked",
    "Measured",
    "Notice",
    "Original",
    "Paused",
    "Planned",
    "Prepared",
    "Progress",
    "Queued",
    "Ready",
    "Report",
    "Result",
    "Resumed",
    "RetrySuggested",
    "Samples",
    "Saved",
    "Sheet",
    "Started",
    "Status",
    "TooExpensive",
    "from_json",
    "to_json",
]
