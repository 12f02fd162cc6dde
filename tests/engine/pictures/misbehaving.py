"""A local web server that misbehaves, each address in its own way; nothing in it sleeps."""

import io
import itertools
import struct
import zlib
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from PIL import Image


def png(width: int = 8, height: int = 8) -> bytes:
    """A whole picture."""
    buffer = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert("RGB").save(buffer, "PNG")
    return buffer.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A small PNG that says it is enormous."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = b"IDAT" + zlib.compress(b"\0" * 100)
    chunks = [struct.pack(">I", len(c) - 4) + c + struct.pack(">I", zlib.crc32(c))
              for c in (head, data, b"IEND")]  # fmt: skip
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


class Handler(BaseHTTPRequestHandler):
    """Answers by the first word of the path."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Misbehave; a client that leaves ends it."""
        word, _, rest = self.path.lstrip("/").partition("/")
        self.close_connection = True
        with suppress(ConnectionError):
            getattr(self, f"get_{word}")(rest)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Nothing."""

    def get_picture(self, _: str) -> None:
        self._answer("image/png", png())

    def get_mislabelled(self, _: str) -> None:
        self._answer("text/plain", png())

    def get_host(self, _: str) -> None:
        self._answer(f"x-host/{self.headers['Host'].replace(':', '.')}", b"no picture")

    def get_to(self, rest: str) -> None:
        self._answer("text/plain", b"", 302, {"Location": rest})

    def get_escapeto(self, _: str) -> None:
        self._answer("text/plain", b"", 301, {"Location": "/\x1b[2J"})

    def get_hops(self, rest: str) -> None:
        left = int(rest)
        self._answer("text/plain", b"", 307, {"Location": f"{left - 1}" if left else "/picture"})

    def get_endless(self, _: str) -> None:
        self._forever(png()[:60], lambda: self.wfile.write(b"\0" * 65536))

    def get_drip(self, _: str) -> None:
        self._forever(png()[:60], self._drip)

    def get_driphead(self, _: str) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        for _tick in iter(self._drip, None):
            pass

    def get_continue(self, _: str) -> None:
        while True:
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000)

    def get_silent(self, _: str) -> None:
        self.connection.recv(1)

    def get_html(self, _: str) -> None:
        self._answer("text/html; charset=utf-8", b"<html><body>log in first</body></html>")

    def get_disguised(self, _: str) -> None:
        self._answer("image/png", b"<!DOCTYPE html><html></html>")

    def get_zip(self, _: str) -> None:
        self._answer("application/zip", b"PK\x03\x04" + b"\0" * 100)

    def get_endlesszip(self, _: str) -> None:
        self._forever(b"PK\x03\x04", lambda: self.wfile.write(b"\0" * 65536))

    def get_escape(self, _: str) -> None:
        self._answer("\x1b[31mred/\x1b[0m", b"no picture at all")

    def get_status(self, rest: str) -> None:
        self._answer("image/png", png(), int(rest))

    def get_nothing(self, _: str) -> None:
        self._answer("image/png", b"")

    def get_broken(self, _: str) -> None:
        self._answer("image/png", png()[:60], extra={"Content-Length": str(len(png()))})

    def get_cut(self, _: str) -> None:
        self._answer("image/png", png(64, 64)[:-40])

    def get_claims(self, rest: str) -> None:
        self._answer("image/png", png(), extra={"Content-Length": rest})

    def get_bomb(self, _: str) -> None:
        self._answer("image/png", bomb(60_000, 60_000))

    def get_garbage(self, _: str) -> None:
        self.wfile.write(b"220 mail.example ESMTP\r\n" * 10)

    def _answer(
        self, kind: str, body: bytes, status: int = 200, extra: dict[str, str] | None = None
    ) -> None:
        self.send_response(status)
        headers = {"Content-Type": kind, "Content-Length": str(len(body)), **(extra or {})}
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _forever(self, start: bytes, more: Callable[[], object]) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n" + start)
        for _ in itertools.count():
            more()

    def _drip(self) -> bool:
        """A byte, then a wait for the client to leave that its own patience outlasts."""
        self.wfile.write(b"x")
        self.connection.settimeout(0.01)
        with suppress(TimeoutError):
            if not self.connection.recv(1):
                raise ConnectionAbortedError
        return True


class Server(ThreadingHTTPServer):
    """On a free port of the loopback interface."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
