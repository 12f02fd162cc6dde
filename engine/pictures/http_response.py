"""What a web server answered: a picture's bytes, or the line that says what it was instead."""

import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from engine.errors import BadInput
from engine.pictures.decode import FORMATS, LONGEST, sniffed

if TYPE_CHECKING:
    from httpcore2 import Response


@dataclass(frozen=True)
class Limits:
    """What one picture may cost: seconds in all, bytes, redirects."""

    seconds: float = 20.0
    size: int = 50 * 2**20
    hops: int = 5


LIMITS = Limits()


def picture_in(response: "Response", host: str, limits: Limits) -> bytes:
    """The whole body; what does not begin as a picture, or is too large, is left unread.

    Raises BadInput, speaking of `host`.
    """
    _check_status(response.status, host)
    if int(header(response, b"content-length") or 0) > limits.size:
        raise BadInput(_too_large(host, limits))
    data, known = bytearray(), False
    for chunk in response.iter_stream():
        data += chunk
        if not known and len(data) >= LONGEST:
            known = _check_kind(data, response, host)
        if len(data) > limits.size:
            raise BadInput(_too_large(host, limits))
    _check_kind(data, response, host)
    return bytes(data)


def header(response: "Response", name: bytes) -> str:
    """The first header of that lower-case name, or ""."""
    values = (v for n, v in response.headers if n.lower() == name)
    return next(values, b"").decode("utf-8", "replace")


def _check_status(status: int, host: str) -> None:
    if status != HTTPStatus.OK:
        phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else "an unknown status"
        raise BadInput(f"{host} has no picture there: it answered {status} {phrase}")


def _check_kind(data: bytearray, response: "Response", host: str) -> bool:
    """A picture is one whatever the server calls it; the name that it gives serves to refuse."""
    start = bytes(data[:1024])
    if sniffed(start):
        return True
    content_type = header(response, b"content-type").partition(";")[0].strip().lower()
    if content_type == "text/html" or start.lstrip()[:5].lower() in (b"<html", b"<!doc"):
        raise BadInput(f"{host} sent a web page: give the address of the picture itself")
    kind = (
        content_type
        if re.fullmatch(r"[\w.+-]{1,40}/[\w.+-]{1,40}", content_type, re.ASCII)
        else "something"
    )
    raise BadInput(f"{host} sent {kind} that is not a {FORMATS} picture")


def _too_large(host: str, limits: Limits) -> str:
    return f"{host} sends more than {limits.size / 2**20:.3g} MB; give a smaller picture"
