"""A picture's bytes from an http or https address, whoever is at the other end."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from engine.errors import BadInput
from engine.pictures.addresses import Allowed, is_public
from engine.pictures.formats import FORMATS, LONGEST, sniffed
from engine.pictures.wording import shortened

if TYPE_CHECKING:
    from httpcore2 import Response
    from httpx2 import URL

    from engine.pictures.deadline import Deadline

_MOVED = (301, 302, 303, 307, 308)
_HEADERS = (
    (b"Accept", b"image/*"),
    (b"Accept-Encoding", b"identity"),
    (b"User-Agent", b"diffuscope"),
)


@dataclass(frozen=True)
class Limits:
    """What one picture may cost: seconds in all, bytes, redirects."""

    seconds: float = 20.0
    size: int = 50 * 2**20
    hops: int = 5


def fetch(url: str, limits: Limits = Limits(), allowed: Allowed = is_public) -> bytes:
    """The bytes at `url`, which begin as one of the six formats do.

    Redirects are followed here, each checked as the first address is. A proxy in the environment
    is not used: it, and not we, would choose whom to connect to. `allowed` judges every address
    that is connected to; tests let loopback in. Raises BadInput in one line.
    """
    from engine.pictures.deadline import Deadline

    deadline, here = Deadline(limits.seconds), _askable(url, url)
    with _in_one_line(url, limits):
        for _ in range(limits.hops + 1):
            found = _asked(here, deadline, allowed, limits)
            if isinstance(found, bytes):
                return found
            here = _askable(found, url)
    raise BadInput(f"{shortened(url)} redirects more than {limits.hops} times")


def _askable(target: "URL | str", url: str) -> "URL":
    """The address as a URL that may be asked; BadInput, speaking of `url`, where it may not."""
    import httpx2 as httpx

    try:
        parsed = httpx.URL(target)
    except httpx.InvalidURL:
        raise BadInput(f"{shortened(url)} is not an address that can be read") from None
    if parsed.scheme not in ("http", "https"):
        kind = shortened(parsed.scheme, 20)
        raise BadInput(f"{shortened(url)}: only http and https are opened, not {kind}")
    if parsed.userinfo:
        raise BadInput("an address with a password is not opened: it would be kept in the run")
    port = 80 if parsed.port is None else parsed.port
    if not parsed.host or not 0 < port < 2**16:
        raise BadInput(f"{shortened(url)} names no host and port that can be reached")
    return parsed


def _asked(url: "URL", deadline: "Deadline", allowed: Allowed, limits: Limits) -> "bytes | URL":
    """One request: the picture's bytes, or where to go on."""
    import httpcore2 as httpcore

    from engine.pictures.deadline import CheckedBackend

    target = httpcore.URL(
        scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
    )
    headers = [(b"Host", url.netloc), *_HEADERS]
    with (
        httpcore.ConnectionPool(network_backend=CheckedBackend(deadline, allowed)) as pool,
        pool.stream("GET", target, headers=headers) as response,
    ):
        location = _header(response, b"location")
        if response.status in _MOVED and location:
            return url.join(location)
        return _body(response, url.host, limits)


def _body(response: "Response", host: str, limits: Limits) -> bytes:
    """The whole body; what does not begin as a picture, or is too large, is left unread."""
    _check_status(response.status, host)
    if int(_header(response, b"content-length") or 0) > limits.size:
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


def _check_status(status: int, host: str) -> None:
    if status != HTTPStatus.OK:
        phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else "an unknown status"
        raise BadInput(f"{host} has no picture there: it answered {status} {phrase}")


def _check_kind(data: bytearray, response: "Response", host: str) -> bool:
    if sniffed(bytes(data[:LONGEST])):
        return True
    said = _header(response, b"content-type").partition(";")[0].strip().lower()
    if said == "text/html" or bytes(data).lstrip()[:5].lower() in (b"<html", b"<!doc"):
        raise BadInput(f"{host} sent a web page: give the address of the picture itself")
    kind = said if re.fullmatch(r"[\w.+-]{1,40}/[\w.+-]{1,40}", said) else "something"
    raise BadInput(f"{host} sent {kind} that is not a {FORMATS} picture")


def _too_large(host: str, limits: Limits) -> str:
    return f"{host} sends more than {limits.size / 2**20:.3g} MB; give a smaller picture"


def _header(response: "Response", name: bytes) -> str:
    values = (v for n, v in response.headers if n.lower() == name)
    return next(values, b"").decode("latin-1")


@contextmanager
def _in_one_line(url: str, limits: Limits) -> Iterator[None]:
    """What the network raises, as BadInput."""
    import httpcore2 as httpcore

    late = f"{shortened(url)} did not arrive within {limits.seconds:g} s"
    try:
        yield
    except (TimeoutError, httpcore.TimeoutException):
        raise BadInput(late) from None
    except httpcore.ConnectError as error:
        raise BadInput(f"{shortened(url)} cannot be reached: {_why(error)}") from None
    except (httpcore.NetworkError, httpcore.ProtocolError):
        raise BadInput(f"{shortened(url)} broke off, or did not speak HTTP") from None


def _why(error: Exception) -> str:
    """httpcore keeps the system's own error as its argument."""
    cause = error.args[0] if error.args else error
    said = getattr(cause, "verify_message", None) or getattr(cause, "strerror", None)
    return shortened(str(said or cause).lower())
