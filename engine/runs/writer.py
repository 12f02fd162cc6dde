"""Writes one run folder: spec, events as they happen, step pictures, results, trajectory."""

import json
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from engine import files
from engine.errors import BadInput
from engine.events import Event, Frame
from engine.runs import metadata, paths
from engine.runs.log import Log
from engine.specs import Spec

if TYPE_CHECKING:
    import numpy as np
    from PIL import Image


class RunWriter:
    """The folder of one run while it is written; spec.json and events.jsonl are there at once.

    Raises BadInput where the folder holds a run already, unless that is one that can go on.
    """

    def __init__(self, folder: Path, spec: Spec) -> None:
        self.folder, self.spec = folder, spec
        self.begun = time.monotonic()
        self._record = metadata.document(spec, versions=paths.versions())
        _claim(folder, spec)
        self._events = Log(folder / "events.jsonl", alone=not spec.resumable)
        self._notes: dict[int, dict[str, Any]] = {}
        _write_spec(folder, self._record)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):  # bytes that did not fit were reported when they were written
            self._events.close()

    @property
    def name(self) -> str:
        """The run's name: its folder's."""
        return self.folder.name

    def fingerprint(self, value: str) -> None:
        """Note the model's fingerprint, in spec.json and in every PNG from now on."""
        self._record["model_fingerprint"] = value
        _write_spec(self.folder, self._record)

    def note(self, sample: int, **more: Any) -> None:
        """Note more of what a sample is, in every PNG of :meth:`pictures` from now on."""
        self._notes.setdefault(sample, {}).update(more)

    def event(self, event: Event) -> None:
        """Append one event; a Frame's sheet goes to its own PNG first."""
        self._events.write(event, _sheet(self.folder, event) if isinstance(event, Frame) else None)

    def pictures(
        self, stem: str, images: "list[Image.Image]", samples: Sequence[int] = ()
    ) -> tuple[str, ...]:
        """Write ``stem-00.png`` ... with metadata, numbered by samples; returns the names.

        They are those of ``samples``, or of all where that is empty.
        """
        named = zip(samples or range(len(images)), images, strict=True)
        return tuple(
            self.picture(f"{stem}-{i:02d}.png", image, sample=i, **self._notes.get(i, {}))
            for i, image in named
        )

    def picture(self, name: str, image: "Image.Image", **more: Any) -> str:
        """Write one picture with metadata, and ``more`` of what it is; returns the name."""
        info = metadata.png_info({**self._record, **more}, image.size)
        files.write(self.folder / name, lambda part: image.save(part, "PNG", pnginfo=info))
        return name

    def tensors(self, name: str, arrays: "Mapping[str, np.ndarray[Any, Any]]") -> None:
        """Write ``name`` as safetensors; float32 and int64 arrays."""
        from safetensors.numpy import save_file  # late: numpy would hold up the first paint

        copies = {key: array.copy(order="C") for key, array in arrays.items()}
        files.write(self.folder / name, lambda part: save_file(copies, part))


def _write_spec(folder: Path, record: dict[str, Any]) -> None:
    text = json.dumps(record, indent=2, ensure_ascii=False)
    files.write_bytes(folder / "spec.json", text.encode())


def _sheet(folder: Path, frame: Frame) -> str:
    name, image = paths.frame_name(frame.stage, frame.index), frame.sheet.image
    files.write(folder / name, lambda part: image.save(part, "PNG", compress_level=1), sync=False)
    return name


def _claim(folder: Path, spec: Spec) -> None:
    """Make the folder; one that holds a run is taken only for going on with that."""
    held = folder / "spec.json"
    try:
        if spec.resumable and held.exists():
            _goes_on(folder, metadata.parse(held.read_text("utf-8"), held), spec)
        elif spec.resumable:
            folder.mkdir(parents=True, exist_ok=True)
        else:
            (folder / "frames").mkdir(parents=True)
    except FileExistsError:
        raise BadInput(f"{folder} already holds a run: choose another folder") from None
    except OSError as error:
        raise files.unwritable(folder, error) from None
    if spec.resumable:
        paths.list_elsewhere(folder, spec.title())


def _goes_on(folder: Path, record: dict[str, Any], spec: Spec) -> None:
    """Refuse, before anything is written, what is not the run that the folder holds."""
    if record.get("kind") != spec.kind:
        raise BadInput(f"{folder} holds a {record.get('kind')} run: choose another folder")
    for name in spec.locked_on_resume:
        was, asked = record.get(name), getattr(spec, name)
        if was is not None and was != asked:
            raise BadInput(
                f"{folder} was begun with {name} {was}, not {asked}: go on with that, or begin a"
                " new run in another folder"
            )


def cover(folder: Path, stage: int, sample: int, count: int, tile: "Image.Image") -> None:
    """Cover sample ``sample`` of ``count`` in all step pictures of a stage with a square tile."""
    for file in sorted((folder / "frames").glob(f"{stage}-*.png")):
        _cover(file, sample, count, tile)


def _cover(file: Path, sample: int, count: int, tile: "Image.Image") -> None:
    from PIL import Image  # late: it would hold up the first paint

    with Image.open(file) as opened:
        sheet = opened.convert("RGB")
    side = sheet.height // count
    fitting = tile.resize((side, side))
    for left in range(0, sheet.width, side):
        sheet.paste(fitting, (left, sample * side))
    files.write(file, lambda part: sheet.save(part, "PNG", compress_level=1), sync=False)
