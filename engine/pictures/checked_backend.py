"""A network backend for httpcore that reaches checked addresses only, and ends at a deadline."""

import ssl
import time
from collections.abc import Iterable

import httpcore2 as httpcore

from engine.pictures.addresses import Allowed, checked


class Deadline:
    """So many seconds from now, for everything together."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """The seconds that remain; TimeoutError once there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class CheckedBackend(httpcore.SyncBackend):
    """Looks a host up once, refuses what is not allowed, and connects to what it has checked.

    TLS and the Host header keep the host's name. The limits that httpcore passes are per read and
    so no match for a server that drips; here every wait is cut to what the deadline leaves.
    """

    def __init__(self, deadline: Deadline, allowed: Allowed) -> None:
        self._deadline, self._allowed = deadline, allowed

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first checked address that answers; raises BadInput as `checked` does."""
        addresses = checked(host, port, self._allowed, self._deadline.left())
        failed: Exception
        for tries, address in zip(range(len(addresses), 0, -1), addresses, strict=True):
            try:
                stream = super().connect_tcp(address, port, self._deadline.left() / tries)
                return _TimedStream(stream, self._deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
        raise failed


class _TimedStream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._inner, self._deadline = inner, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._deadline.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._deadline.left())

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        left = self._deadline.left()
        return _TimedStream(
            self._inner.start_tls(ssl_context, server_hostname, left), self._deadline
        )

    def get_extra_info(self, info: str) -> object:
        return self._inner.get_extra_info(info)
