"""A Hugging Face hub of one machine: serves folders as repositories, and fails as it is told to.

    with HubServer({"owner/name": folder}) as hub:
        hub.use(monkeypatch, cache)

It answers what the library asks of the real one: the listing, whether one may read, and files by
range, large ones under their sha256.
"""

import hashlib
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import unquote, urlsplit

import pytest

from tests.support.if_repository import SHA

SMALL = 4096
"""Bytes from which a file of this hub is a large one."""


@dataclass
class HubServer:
    """Repositories by id; those in `gated` are listed, and refused.

    A file named in `cuts` is broken off after so many bytes of each answer (once for every entry).
    What `midway` has for a file is called when half of it is sent. `asked` are the ranges of the
    large files that were asked for, `served` their bytes.
    """

    repositories: dict[str, Path]
    gated: set[str] = field(default_factory=set)
    cuts: dict[str, list[int]] = field(default_factory=dict)
    midway: dict[str, Callable[[], None]] = field(default_factory=dict)
    no_ranges: bool = False
    down: bool = False
    status: int = 0
    asked: list[tuple[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    served: dict[str, int] = field(default_factory=dict)

    def __enter__(self) -> Self:
        handler = type("Handler", (_Handler,), {"hub": self})
        self._server = _Quiet(("127.0.0.1", 0), handler)
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def use(self, monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
        """Let the library ask this hub, and keep what it gets in `cache`."""
        from huggingface_hub import constants

        for name, value in {
            "ENDPOINT": self.url,
            "HUGGINGFACE_CO_URL_TEMPLATE": self.url + "/{repo_id}/resolve/{revision}/{filename}",
            "HF_HUB_OFFLINE": False,
            "HF_HUB_CACHE": str(cache),
            "HF_HUB_DISABLE_XET": True,
            "HF_TOKEN_PATH": str(cache.with_name("no-token")),
        }.items():
            monkeypatch.setattr(constants, name, value)
        for name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setattr("engine.checkpoints.hub.local_cache.LARGE", SMALL)


class _Quiet(ThreadingHTTPServer):
    """A client that hangs up is part of the tests."""

    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """Not on the test's screen."""


class _Handler(BaseHTTPRequestHandler):
    hub: HubServer
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        """Not on the test's screen."""

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        self.hub.paths.append(path)
        if self.hub.down or self.hub.status:
            self._say(self.hub.status or 503, {"error": "down"})
        elif path.startswith("/cdn/"):
            self._signed(path.removeprefix("/cdn/"))
        elif path.startswith("/api/models/"):
            self._api(path.removeprefix("/api/models/"))
        else:
            self._resolve(path.removeprefix("/"))

    def _api(self, path: str) -> None:
        repo = "/".join(path.split("/")[:2])
        rest = path.removeprefix(repo)
        folder = self.hub.repositories.get(repo)
        if folder is None:
            self._say(401, {"error": "Repository not found"}, {"X-Error-Code": "RepoNotFound"})
        elif rest == "/auth-check" and repo in self.hub.gated:
            self._refuse()
        elif rest == "/auth-check":
            self._say(200, {})
        elif rest.startswith("/tree/"):
            self._say(200, [_entry(folder, name) for name in _names(folder)])
        else:
            self._say(200, self._info(repo, folder))

    def _info(self, repo: str, folder: Path) -> dict[str, Any]:
        siblings = []
        for name in _names(folder):
            entry = _entry(folder, name)
            found = {"rfilename": name, "size": entry["size"], "blobId": entry["oid"]}
            if "lfs" in entry:
                large = entry["lfs"]
                found["lfs"] = {"sha256": large["oid"], "size": large["size"], "pointerSize": 130}
            siblings.append(found)
        gated = "auto" if repo in self.hub.gated else False
        return {"id": repo, "modelId": repo, "sha": SHA, "siblings": siblings, "gated": gated}

    def _resolve(self, path: str) -> None:
        owner, name, _, _, *rest = path.split("/")
        repo, file = f"{owner}/{name}", "/".join(rest)
        folder = self.hub.repositories.get(repo)
        if folder is None or not (folder / file).is_file():
            self._say(404, {}, {"X-Error-Code": "EntryNotFound"})
        elif repo in self.hub.gated:
            self._refuse()
        elif self.command == "GET" and "lfs" in _entry(folder, file):
            self._elsewhere(path)
        else:
            self._file(folder, file)

    def _elsewhere(self, path: str) -> None:
        """Large files come from another host, by an address that is signed."""
        self._say(
            302, {}, {"Location": f"{self.hub.url.replace('127.0.0.1', 'localhost')}/cdn/{path}"}
        )

    def _signed(self, path: str) -> None:
        """As there, a token beside the signature is refused."""
        owner, name, _, _, *rest = path.split("/")
        if self.headers.get("Authorization"):
            self._say(400, {"error": "only one way to sign"})
        else:
            self._file(self.hub.repositories[f"{owner}/{name}"], "/".join(rest))

    def _file(self, folder: Path, name: str) -> None:
        entry, body = _entry(folder, name), (folder / name).read_bytes()
        begin = self.headers.get("Range", "") if not self.hub.no_ranges else ""
        start = int(begin.removeprefix("bytes=").rstrip("-") or 0) if begin else 0
        headers = {"X-Repo-Commit": SHA, "ETag": f'"{entry["oid"]}"', "Accept-Ranges": "bytes"}
        if "lfs" in entry:
            headers |= {"X-Linked-Etag": f'"{entry["lfs"]["oid"]}"'}
            headers |= {"X-Linked-Size": str(len(body))}
        self.send_response(206 if begin else 200)
        for key, value in headers.items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(body) - start))
        self.end_headers()
        if self.command == "GET":
            self._send(name, body[start:], begin, "lfs" in entry)

    def _send(self, name: str, body: bytes, begin: str, large: bool) -> None:
        if large:
            self.hub.asked.append((name, begin))
        cuts = self.hub.cuts.get(name, [])
        sent = body[: cuts.pop(0)] if cuts else body
        self.hub.served[name] = self.hub.served.get(name, 0) + len(sent)
        half = len(sent) // 2 if name in self.hub.midway else len(sent)
        self.wfile.write(sent[:half])
        if half < len(sent):
            self.hub.midway.pop(name)()
            self.wfile.write(sent[half:])
        if len(sent) < len(body):
            self.close_connection = True

    def _refuse(self) -> None:
        status = 403 if self.headers.get("Authorization") else 401
        self._say(status, {"error": "Access to model is restricted"}, {"X-Error-Code": "GatedRepo"})

    def _say(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        raw = json.dumps(body).encode()
        self.send_response(status)
        for key, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(raw)


def _names(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def _entry(folder: Path, name: str) -> dict[str, Any]:
    """A file of a listing, in the tree's form."""
    body = (folder / name).read_bytes()
    oid = hashlib.sha1(b"blob %d\0" % len(body) + body).hexdigest()
    entry: dict[str, Any] = {"type": "file", "path": name, "size": len(body), "oid": oid}
    if name.endswith((".safetensors", ".bin", ".model")):
        sha256 = hashlib.sha256(body).hexdigest()
        entry["lfs"] = {"oid": sha256, "size": len(body), "pointerSize": 130}
    return entry
