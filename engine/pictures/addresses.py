"""Which addresses of the internet may be asked, and by which one a host is reached."""

import ipaddress
import queue
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address

from engine.errors import BadInput, shortened

Address = IPv4Address | IPv6Address
Allowed = Callable[[Address], bool]

_UNICAST = ipaddress.IPv6Network("2000::/3")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_MISSED = tuple(
    map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "2002::/16", "3fff::/20"))
)
"""Registered for special use, but global to some of the Pythons that we run on."""


def is_public(address: Address) -> bool:
    """Whether an address belongs to the open internet.

    Private, loopback, link-local, shared, multicast, reserved and unspecified ones do not. An
    IPv4 address inside an IPv6 one (mapped, or NAT64) is judged by itself; 6to4 is refused.
    """
    if isinstance(address, IPv6Address):
        if inner := _inner(address):
            return is_public(inner)
        if address not in _UNICAST:
            return False
    special = address.is_multicast or address.is_reserved or any(address in n for n in _MISSED)
    return address.is_global and not special


def _inner(address: IPv6Address) -> IPv4Address | None:
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped


def checked(host: str, port: int, allowed: Allowed, seconds: float) -> list[str]:
    """The host's addresses, looked up once; BadInput where one of them is not allowed.

    Whoever connects must connect to these, so that a second lookup cannot give another answer.
    Raises TimeoutError after `seconds`.
    """
    addresses = _looked_up(host, port, seconds)
    for address in addresses:
        if not allowed(ipaddress.ip_address(address.partition("%")[0])):
            raise BadInput(
                f"{shortened(host)} leads to {address}, which is not on the open internet;"
                " save the picture to a file and give that"
            )
    return addresses


def _looked_up(host: str, port: int, seconds: float) -> list[str]:
    """The system's lookup has no time limit, so it is left behind in its thread when late."""
    answer: queue.SimpleQueue[list[str] | None] = queue.SimpleQueue()

    def look() -> None:
        addresses = None
        with suppress(OSError, UnicodeError):
            rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            addresses = list(dict.fromkeys(str(row[4][0]) for row in rows))
        answer.put(addresses)

    threading.Thread(target=look, name="lookup", daemon=True).start()
    try:
        addresses = answer.get(timeout=max(seconds, 0.001))
    except queue.Empty:
        raise TimeoutError from None
    if not addresses:
        raise BadInput(f"there is no host {shortened(host)}: check the address and the network")
    return addresses
