"""The misbehaving server, and a fetch that may reach it."""

import threading
from collections.abc import Callable, Iterator
from ipaddress import ip_address

import pytest

from engine.pictures.http_response import Limits
from engine.pictures.web import fetch
from tests.engine.pictures.misbehaving import Server

PATIENT = Limits(seconds=20, size=200_000, hops=3)
QUICK = Limits(seconds=0.3, size=200_000, hops=3)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """One for all tests: it keeps nothing between requests."""
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def get(server: Server) -> Callable[[str], bytes]:
    """Fetch a path of the server, under small limits, with loopback let in and nothing else."""

    def get(path: str, limits: Limits = PATIENT) -> bytes:
        return fetch(server.url + path, limits, lambda address: address == ip_address("127.0.0.1"))

    return get
