"""A picture's bytes from an http or https address, whoever is at the other end."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from engine.errors import BadInput, shortened
from engine.pictures.addresses import Allowed, is_public
from engine.pictures.http_response import LIMITS, Limits, header, picture_in

if TYPE_CHECKING:
    from httpx2 import URL

    from engine.pictures.checked_backend import Deadline

_MOVED = (301, 302, 303, 307, 308)
_HEADERS = (
    (b"Accept", b"image/*"),
    (b"Accept-Encoding", b"identity"),
    (b"User-Agent", b"diffuscope"),
)


def fetch(url: str, limits: Limits = LIMITS, allowed: Allowed = is_public) -> bytes:
    """The bytes at `url`, which begin as one of the six formats do.

    Redirects are followed here, each checked as the first address is. A proxy in the environment
    is not used: it, and not we, would choose whom to connect to. `allowed` judges every address
    that is connected to; tests let loopback in. Raises BadInput in one line.
    """
    import httpx2 as httpx

    from engine.pictures.checked_backend import Deadline

    deadline, here = Deadline(limits.seconds), httpx.URL()
    with _in_one_line(url, limits):
        target = url
        for _ in range(limits.hops + 1):
            here = here.join(target)
            _check(here, url)
            response = _asked(here, deadline, allowed, limits)
            if isinstance(response, bytes):
                return response
            target = response
    raise BadInput(f"{shortened(url)} redirects more than {limits.hops} times")


def _check(here: "URL", url: str) -> None:
    """BadInput, speaking of `url`, where `here` may not be asked."""
    if here.scheme not in ("http", "https"):
        kind = shortened(here.scheme or "a path", 20)
        raise BadInput(f"{shortened(url)}: only http and https are opened, not {kind}")
    if here.userinfo:
        raise BadInput("an address with a password is not opened: it would be kept in the run")
    port = 80 if here.port is None else here.port
    if not here.host or not 0 < port < 2**16:
        raise BadInput(f"{shortened(url)} names no host and port that can be reached")


def _asked(url: "URL", deadline: "Deadline", allowed: Allowed, limits: Limits) -> bytes | str:
    """One request: the picture's bytes, or where the server says to go on."""
    import httpcore2 as httpcore

    from engine.pictures.checked_backend import CheckedBackend

    target = httpcore.URL(
        scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
    )
    headers = [(b"Host", url.netloc), *_HEADERS]
    with (
        httpcore.ConnectionPool(network_backend=CheckedBackend(deadline, allowed)) as pool,
        pool.stream("GET", target, headers=headers) as response,
    ):
        location = header(response, b"location")
        if response.status in _MOVED and location:
            return location
        return picture_in(response, shortened(url.host), limits)


@contextmanager
def _in_one_line(url: str, limits: Limits) -> Iterator[None]:
    """What the network raises, as BadInput."""
    import httpcore2 as httpcore
    import httpx2 as httpx

    name = shortened(url)
    try:
        yield
    except httpx.InvalidURL:
        raise BadInput(f"{name} is, or leads to, what is not a web address") from None
    except (TimeoutError, httpcore.TimeoutException):
        raise BadInput(f"{name} did not arrive within {limits.seconds:g} s") from None
    except httpcore.ConnectError as error:
        raise BadInput(f"{name} cannot be reached: {_why(error)}") from None
    except (httpcore.NetworkError, httpcore.ProtocolError):
        raise BadInput(f"{name} broke off, or did not speak HTTP") from None


def _why(error: Exception) -> str:
    """httpcore keeps the system's own error as its argument."""
    cause = error.args[0] if error.args else error
    reason = getattr(cause, "verify_message", None) or getattr(cause, "strerror", None)
    return shortened(str(reason or cause).lower())
