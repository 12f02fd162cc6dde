"""Every way in which a web server can misbehave ends in one line and in bounded time."""

import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from engine.errors import BadInput
from engine.pictures import open_picture
from engine.pictures.decode import decoded
from engine.pictures.http_response import Limits
from engine.pictures.web import fetch
from tests.engine.pictures.conftest import PATIENT, QUICK
from tests.engine.pictures.misbehaving import Server, png

Get = Callable[..., bytes]


@pytest.mark.parametrize("path", ["/picture", "/mislabelled", "/to//picture", "/hops/2"])
def test_a_picture_arrives_whatever_it_is_called(get: Get, path: str) -> None:
    assert get(path) == png()


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/to/http://10.0.0.1/a.png", r"leads to 10\.0\.0\.1, which is not on the open internet"),
        ("/to/http://[::1]/a.png", "not on the open internet"),
        ("/to/http://[::ffff:10.0.0.1]/a.png", "not on the open internet"),
        ("/to/http://169.254.169.254/latest/meta-data", "not on the open internet"),
        ("/to/file:///etc/passwd", "only http and https are opened, not file"),
        ("/to/http://a:b@127.0.0.1/", "password"),
        ("/to/http://127.0.0.1:99999/", "no host and port"),
        ("/to//to//to//to//picture", "redirects more than 3 times"),
        ("/hops/3", "redirects more than 3 times"),
        ("/to/http://[", "not a web address|no host"),
        ("/to/http://127.0.0.1:x/", "leads to, what is not a web address"),
        ("/escapeto", "leads to, what is not a web address"),
        ("/endless", r"more than 0\.191 MB"),
        ("/claims/1000000000000", r"more than 0\.191 MB"),
        ("/claims/many", "did not speak HTTP"),
        ("/html", "sent a web page"),
        ("/disguised", "sent a web page"),
        ("/zip", "sent application/zip that is not a PNG, JPEG"),
        ("/endlesszip", "sent image/png that is not a PNG, JPEG"),
        ("/escape", "sent something that is not a PNG"),
        ("/nothing", "sent image/png that is not a PNG"),
        ("/status/404", "it answered 404 Not Found"),
        ("/status/500", "it answered 500 Internal Server Error"),
        ("/status/204", "it answered 204 No Content"),
        ("/status/799", "it answered 799"),
        ("/status/302", "it answered 302 Found"),
        ("/broken", "broke off"),
        ("/garbage", "did not speak HTTP"),
    ],
)
def test_a_server_that_misbehaves_is_refused(get: Get, path: str, said: str) -> None:
    with pytest.raises(BadInput, match=said) as caught:
        get(path)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("path", ["/drip", "/driphead", "/silent", "/continue", "/to//silent"])
def test_a_server_that_drips_ends_with_the_time_and_not_with_its_last_byte(
    get: Get, path: str
) -> None:
    begun = time.monotonic()
    with pytest.raises(BadInput, match=r"did not arrive within 0\.3 s"):
        get(path, QUICK)
    assert time.monotonic() - begun < 10 * QUICK.seconds


@pytest.mark.parametrize(("path", "said"), [("/bomb", "64 million pixels"), ("/cut", "cut short")])
def test_what_arrived_whole_is_still_not_trusted(get: Get, path: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        decoded(get(path), path)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://127.0.0.1:1/a.png", "leads to 127.0.0.1"),
        ("http://localhost/a.png", "not on the open internet"),
        ("http://2130706433/a.png", "leads to 127.0.0.1"),
        ("http://0x7f.1/a.png", "leads to 127.0.0.1"),
        ("http://0/a.png", r"leads to 0\.0\.0\.0"),
        ("https://[::ffff:127.0.0.1]/a.png", "not on the open internet"),
        ("https://[fe80::1%25lo]/a.png", "not on the open internet|no host"),
        ("ftp://example.org/a.png", "only http and https are opened, not ftp"),
        ("file:///etc/passwd", "only http and https are opened, not file"),
        ("data:image/png;base64,AAAA", "only http and https are opened, not data"),
        ("https://name:secret@example.org/", "password"),
        ("http://", "no host and port"),
        ("http:///a.png", "no host and port"),
        ("http://example.org:0/", "no host and port"),
        ("http://example.org:a/", "not a web address"),
        ("http://ex\x1bample.org/", "not a web address"),
        (f"http://{'a' * 70}.org/", "no host"),
    ],
)
def test_an_address_that_may_not_be_asked_is_refused_by_name(url: str, said: str) -> None:
    with pytest.raises(BadInput, match=said) as caught:
        open_picture(url)
    assert str(caught.value).isprintable()
    assert "secret" not in str(caught.value)


def test_nobody_at_the_door_is_one_line(get: Get) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        with pytest.raises(BadInput, match="cannot be reached: connection refused"):
            get(f"/to/http://127.0.0.1:{port}/")


class Names:
    """A name server of our own: each lookup of a name is answered by the next of its addresses."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **answers: list[list[str]]) -> None:
        self.answers, self.asked, self._real = answers, [], socket.getaddrinfo  # type: ignore[var-annotated]
        monkeypatch.setattr(socket, "getaddrinfo", self._lookup)

    def _lookup(self, host: str, port: int, *args: Any, **named: Any) -> list[Any]:
        self.asked.append(host)
        found = self.answers[host].pop(0) if host in self.answers else [host]
        return [row for one in found for row in self._real(one, port, *args, **named)]


def _loopback(address: object) -> bool:
    return str(address).startswith("127.0.0.")


def test_the_address_that_was_checked_is_the_one_that_is_asked(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = Names(monkeypatch, rebind=[["127.0.0.1"], ["10.0.0.1"]])
    url = server.url.replace("127.0.0.1", "rebind")
    assert fetch(f"{url}/picture", PATIENT, _loopback) == png()
    assert names.asked.count("rebind") == 1
    with pytest.raises(BadInput, match=r"rebind leads to 10\.0\.0\.1"):
        fetch(f"{url}/picture", PATIENT, _loopback)


def test_one_private_address_among_several_is_enough_to_refuse(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Names(monkeypatch, mixed=[["127.0.0.1", "10.0.0.1"]])
    with pytest.raises(BadInput, match=r"mixed leads to 10\.0\.0\.1"):
        fetch("http://mixed/", PATIENT, _loopback)


def test_a_second_address_is_tried_where_the_first_does_not_answer(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    Names(monkeypatch, two=[["127.0.0.2", "127.0.0.1"]])
    assert fetch(f"{server.url.replace('127.0.0.1', 'two')}/picture", PATIENT, _loopback) == png()


def test_the_host_header_keeps_the_name(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    Names(monkeypatch, pictures=[["127.0.0.1"]])
    with pytest.raises(BadInput, match=rf"x-host/pictures\.{server.server_port} "):
        fetch(f"{server.url.replace('127.0.0.1', 'pictures')}/host", PATIENT, _loopback)


def test_tls_asks_for_the_name_and_not_for_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    Names(monkeypatch, **{"pictures.test": [["127.0.0.1"]]})
    hello: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as door:

        def listen() -> None:
            with door.accept()[0] as client:
                hello.append(client.recv(4096))

        listener = threading.Thread(target=listen)
        listener.start()
        with pytest.raises(BadInput, match=r"cannot be reached|did not speak"):
            fetch(f"https://pictures.test:{door.getsockname()[1]}/", PATIENT, _loopback)
        listener.join()
    assert b"pictures.test" in hello[0]


def test_a_name_server_that_never_answers_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answered = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answered.wait() and [])
    with pytest.raises(BadInput, match=r"did not arrive within 0\.05 s"):
        fetch("http://slow.example/", Limits(0.05))
    answered.set()


def test_a_picture_from_the_web_has_a_title(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.pictures.sources.fetch", lambda _: png())
    assert open_picture("https://example.org/a/red%20cat.png?x=1").title == "red cat"
    assert open_picture("https://example.org").title == "example.org"
