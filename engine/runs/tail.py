"""The new lines of a file that grows, read without reading the old ones again."""

from pathlib import Path


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
