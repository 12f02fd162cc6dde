"""An event file: one process at a time appends to it, others follow its new lines."""

import errno
import fcntl
import json
import os
from pathlib import Path
from typing import Self

from engine import files
from engine.errors import BadInput
from engine.events import Event, to_json


class Tail:
    """Follows one file by its path; one that was replaced or cut short is read from its start."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file, self._offset, self._half = 0, 0, b""

    def lines(self) -> list[str]:
        """Whole lines that came since the last call; a last one without its end waits for it.

        No lines where there is no such file, or none that may be read.
        """
        try:
            status = self.path.stat()
            if status.st_ino != self._file or status.st_size < self._offset:
                self._file, self._offset, self._half = status.st_ino, 0, b""
            if status.st_size == self._offset:
                return []
            *lines, self._half = (self._half + self._fresh()).split(b"\n")
        except OSError:
            return []
        return [line.decode("utf-8", "replace") for line in lines]

    def _fresh(self) -> bytes:
        with self.path.open("rb") as file:
            file.seek(self._offset)
            data = file.read()
        self._offset += len(data)
        return data


class Log:
    """Appends events, each at once and whole; what a killed process left of a line is closed off.

    Raises BadInput where another process has the file open for that (one of a run as a whole, not
    ``alone``, may be written by several), or where it cannot be written.
    """

    def __init__(self, path: Path, alone: bool = True) -> None:
        self.path, self._half = path, False
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("ab+", buffering=0)
            if alone:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if self._torn():
                self._file.write(b"\n")
        except BlockingIOError:
            raise BadInput(f"{path.parent} is being written by another process") from None
        except OSError as error:
            raise files.unwritable(path, error) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let others write."""
        self._file.close()

    def write(self, event: Event, sheet_file: str | None = None) -> None:
        """Append one event; a sheet is named by its file. One that does not fit can be tried again.

        Raises BadInput where it does not.
        """
        line = json.dumps(to_json(event, sheet_file)).encode() + b"\n"
        data = b"\n" * self._half + line
        try:
            written = self._file.write(data) or 0
            if written < len(data):  # what fits is written, without an error
                self._half = self._half or written > 0
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError as error:
            raise files.unwritable(self.path, error) from None
        self._half = False

    def _torn(self) -> bool:
        if self._file.seek(0, os.SEEK_END) == 0:
            return False
        self._file.seek(-1, os.SEEK_END)
        return self._file.read(1) != b"\n"
