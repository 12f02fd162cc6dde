"""What is fetched from the hub, how often, and how its refusals and failures are said."""

import errno
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import huggingface_hub
import pytest
from huggingface_hub import errors

from engine.checkpoints import open_cascade
from engine.checkpoints.devices import LoadOptions
from engine.checkpoints.hub import fetch as ours
from engine.checkpoints.hub import resumable_download
from engine.checkpoints.hub.fetch import DownloadMeter, Portion, fetch, is_hub_id
from engine.checkpoints.hub.repository import Wanted
from engine.checkpoints.memory import measure
from engine.checkpoints.memory.plan import Room
from engine.errors import BadInput, Stopped, Unavailable
from tests.support.fake_hub import SMALL, HubServer
from tests.support.if_repository import if_stage1_repo, if_stage2_repo

ONE, TWO = "DeepFloyd/IF-I-M-v1.0", "DeepFloyd/IF-II-M-v1.0"
SPIECE = "tokenizer/spiece.model"
TEXT = tuple(f"text_encoder/model-0000{n}-of-00002.safetensors" for n in (1, 2))
UNET = "unet/diffusion_pytorch_model.safetensors"


@pytest.fixture(scope="module")
def repositories(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Stand-ins of both stages. Read only."""
    root = tmp_path_factory.mktemp("hub")
    return {ONE: if_stage1_repo(root / "one"), TWO: if_stage2_repo(root / "two")}


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def server(
    repositories: dict[str, Path], cache: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[HubServer]:
    """A hub that has both, and a library that asks it."""
    with HubServer(dict(repositories)) as running:
        running.use(monkeypatch, cache)
        monkeypatch.setattr(resumable_download, "pause", lambda: None)
        yield running


def _opened(model: str = ONE, stage2: str = "auto", said: list[Any] | None = None) -> Any:
    return open_cascade(model, stage2, "cpu", emit=(said if said is not None else []).append)


def _fetched(server: HubServer) -> set[str]:
    """The names of all files that were asked for."""
    return {Path(path).name for path in server.paths if "/resolve/" in path}


def test_a_hub_id_brings_its_stage_two(server: HubServer) -> None:
    said: list[Any] = []
    cascade = _opened(said=said)
    assert cascade.stage2 is not None
    assert (cascade.stage1.sample_size, cascade.stage2.sample_size) == (16, 32)
    assert cascade.embed(["a rocket"]).shape == (1, 77, 32)
    assert cascade.filters.folders.checker is not None
    chosen = f"stage II: {TWO}, which was made for IF-I-M-v1.0; --stage2 takes another, or none"
    assert said[0] == chosen
    assert any(str(line).startswith(f"fetching {ONE}: ") for line in said)


def test_a_token_is_not_carried_to_another_host(
    server: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_of_somebody")
    server.cuts = {UNET: [50_000]}
    assert _opened(stage2="none").stage1.sample_size == 16
    assert any(path.startswith("/cdn/") and path.endswith(UNET) for path in server.paths)
    assert (UNET, "bytes=50000-") in server.asked


def test_the_memory_plan_is_said_before_weights_are_fetched(
    server: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measure, "free_memory", lambda _: Room({"cuda:0": 1000}, 1 << 30))
    with pytest.raises(Unavailable, match="not enough memory even for offload"):
        _opened()
    assert {Path(name).suffix for name in _fetched(server)} == {".json"}


def test_without_the_text_encoder_its_files_are_not_fetched(server: HubServer) -> None:
    open_cascade(ONE, "none", "cpu", ways=LoadOptions(text_encoder="cached"))
    assert not any("text_encoder" in path or "spiece" in path for path in server.paths)


def test_nothing_is_fetched_that_is_not_read(server: HubServer) -> None:
    _opened()
    fetched = {path for path in server.paths if "/resolve/" in path}
    assert not any(path.endswith((".bin", ".ckpt")) or "fp16" in path for path in fetched)
    assert not any("IF-II" in path and "text_encoder" in path for path in fetched)
    assert any("IF-I-M" in path and "text_encoder/model-00002" in path for path in fetched)


def test_what_is_in_the_cache_is_taken_without_asking(server: HubServer) -> None:
    first = _opened().fingerprint
    server.paths.clear()
    server.down = True
    assert _opened().fingerprint == first
    assert server.paths == []


def test_offline_it_opens_from_the_cache(
    server: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = _opened().fingerprint
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    server.paths.clear()
    assert _opened().fingerprint == first
    assert server.paths == []


def test_offline_a_copy_that_is_not_whole_says_what_it_lacks(
    server: HubServer, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _opened()
    (link,) = cache.glob(f"models--*IF-I-M*/snapshots/*/{UNET}")
    link.unlink()
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(Unavailable, match=r"only partly in the hub's cache .*unet.*connect once"):
        _opened()


def test_a_stage_two_that_is_refused_stops_before_anything_is_fetched(server: HubServer) -> None:
    server.gated = {TWO}
    with pytest.raises(Unavailable) as caught:
        _opened()
    assert str(caught.value) == (
        f"stage II: {TWO} asks you to accept its licence: do so at"
        " https://huggingface.co/DeepFloyd/IF-I-XL-v1.0, then log in with `hf auth login`;"
        " --stage2 none goes on without stage II, --stage2 FOLDER takes another"
    )
    assert _fetched(server) <= {"model_index.json"}


def test_a_licence_that_the_account_has_not_accepted(
    server: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.gated = {ONE}
    monkeypatch.setenv("HF_TOKEN", "hf_of_somebody")
    with pytest.raises(Unavailable) as caught:
        _opened(stage2="none")
    assert str(caught.value) == (
        f"{ONE} asks you to accept its licence: do so at"
        " https://huggingface.co/DeepFloyd/IF-I-XL-v1.0, as the account logged in"
    )


def test_a_token_that_is_not_taken(server: HubServer) -> None:
    server.status = 403
    with pytest.raises(Unavailable, match=r"did not take the token .* `hf auth login`"):
        _opened(stage2="none")


def test_a_repository_that_is_not_there(server: HubServer) -> None:
    with pytest.raises(Unavailable, match="check the name, or log in"):
        _opened("owner/nothing")


def test_another_kind_of_model_is_told_before_it_is_fetched(
    server: HubServer, tmp_path: Path
) -> None:
    with pytest.raises(BadInput) as caught:
        _opened(TWO)
    assert str(caught.value) == (
        f"{TWO} is a IFSuperResolutionPipeline; stage I must be DeepFloyd IF's IFPipeline:"
        f" give a stage I as --model, and this one as --stage2 {TWO}"
    )
    other = Path(shutil.copytree(server.repositories[ONE], tmp_path / "other"))
    index = other / "model_index.json"
    index.write_text(index.read_text().replace("IFPipeline", "StableDiffusionPipeline"))
    server.repositories["owner/other"] = other
    with pytest.raises(BadInput, match=r"^owner/other is a StableDiffusionPipeline; stage I must"):
        _opened("owner/other")
    index.unlink()
    server.repositories["owner/checkpoint"] = other
    with pytest.raises(BadInput, match=r"^owner/checkpoint has no model_index.json: it is no Deep"):
        _opened("owner/checkpoint")
    assert _fetched(server) == {"model_index.json"}


def test_a_hub_that_is_down(server: HubServer) -> None:
    server.down = True
    with pytest.raises(Unavailable, match=r"neither a folder here nor in .* cannot be reached"):
        _opened()


def test_a_disk_without_room_is_told_with_the_numbers(
    server: HubServer, monkeypatch: pytest.MonkeyPatch, cache: Path
) -> None:
    usage = shutil._ntuple_diskusage(10**12, 10**12, 300)  # type: ignore[attr-defined]
    monkeypatch.setattr("engine.checkpoints.hub.local_cache.shutil.disk_usage", lambda _: usage)
    with pytest.raises(Unavailable) as caught:
        _opened()
    line = str(caught.value)
    assert line.startswith(f"{ONE} and {TWO} would take 0.0 GB more in {cache}, where 0.0 GB")
    assert "HF_HOME" in line
    assert _fetched(server) <= {"model_index.json"}


def test_a_broken_connection_is_tried_again_from_where_it_broke(server: HubServer) -> None:
    server.cuts = {UNET: [50_000, 10_000]}
    _opened()
    ranges = [begin for name, begin in server.asked if name == UNET]
    assert ranges[:3] == ["", "bytes=50000-", "bytes=60000-"]


def test_a_download_that_broke_off_is_continued_by_the_next_command(
    server: HubServer, cache: Path, repositories: dict[str, Path]
) -> None:
    server.cuts = {UNET: [50_000] + [0] * resumable_download.TRIES}
    with pytest.raises(Unavailable, match=r"broke off .* is kept, and the same command goes on"):
        _opened(stage2="none")
    (part,) = cache.rglob("*.incomplete")
    assert part.stat().st_size == 50_000
    server.cuts, server.served = {}, {}
    cascade = _opened(stage2="none")
    assert cascade.stage1.sample_size == 16
    assert server.served[UNET] == (repositories[ONE] / UNET).stat().st_size - 50_000
    assert not list(cache.rglob("*.incomplete"))


def test_a_server_that_falls_silent_is_asked_again(
    server: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resumable_download, "TIMEOUT", 0.2)
    silent = threading.Event()
    server.midway = {UNET: lambda: silent.wait(20) and None}
    cascade = _opened(stage2="none")
    silent.set()
    assert cascade.stage1.sample_size == 16
    assert len([name for name, _ in server.asked if name == UNET]) == 2


def test_a_server_without_ranges_begins_again(server: HubServer) -> None:
    server.cuts, server.no_ranges = {UNET: [50_000]}, True
    assert _opened(stage2="none").stage1.sample_size == 16


def test_a_continued_file_must_be_what_its_name_says(server: HubServer, cache: Path) -> None:
    server.cuts = {UNET: [50_000] + [0] * resumable_download.TRIES}
    with pytest.raises(Unavailable, match="broke off"):
        _opened(stage2="none")
    (part,) = cache.rglob("*.incomplete")
    part.write_bytes(b"\0" * 50_000)
    with pytest.raises(Unavailable, match=r"came damaged from the hub; the same command"):
        _opened(stage2="none")
    assert not list(cache.rglob("*.incomplete"))
    assert _opened(stage2="none").stage1.sample_size == 16


def test_another_process_that_fetches_the_same_is_told(server: HubServer, cache: Path) -> None:
    server.cuts = {UNET: [50_000] + [0] * resumable_download.TRIES}
    with pytest.raises(Unavailable, match="broke off"):
        _opened(stage2="none")
    (part,) = cache.rglob("*.incomplete")
    with (
        resumable_download._alone(part),
        pytest.raises(Unavailable, match="another process is fetching"),
    ):
        _opened(stage2="none")


def test_stopped_in_the_midst_it_keeps_what_was_fetched(
    server: HubServer, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.checkpoints.hub.fetch.EVERY", 0.0)

    def stop(told: Any) -> None:
        if isinstance(told, Portion) and told.done > 600_000:
            raise Stopped

    with pytest.raises(Stopped):
        open_cascade(ONE, "none", "cpu", emit=stop)
    sizes = [p.stat().st_size for p in cache.rglob("blobs/*")]
    kept = sum(size for size in sizes if size >= SMALL)
    assert kept > 600_000
    assert len(list(cache.rglob("*.incomplete"))) == 1
    server.served = {}
    _opened(stage2="none")
    root = server.repositories[ONE]
    large = {name: (root / name).stat().st_size for name in (*TEXT, UNET, SPIECE)}
    again = sum(n for name, n in server.served.items() if name in large)
    assert again == sum(large.values()) - kept


@pytest.mark.parametrize("number", [errno.EACCES, errno.ENOSPC, errno.EROFS])
def test_a_cache_that_cannot_be_written_is_no_missing_network(
    server: HubServer, monkeypatch: pytest.MonkeyPatch, cache: Path, number: int
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(resumable_download, "fetch", refuse)
    with pytest.raises(Unavailable) as caught:
        _opened(stage2="none")
    assert str(caught.value) == (
        f"cannot write the hub's cache {cache}: {os.strerror(number).lower()}; make room, or set"
        " HF_HOME to a folder that you can write"
    )


def test_a_disk_that_fills_up_keeps_what_fits(
    server: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full:
        name = "/disk/file"

        def write(self, _: Any) -> int:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(Unavailable, match=r"the disk is full; what was fetched is kept"):
        resumable_download._append(Full(), b"more")  # type: ignore[arg-type]


def test_a_stage_alone_gets_the_checker_that_its_own_repository_has_as_a_pickle(
    server: HubServer,
) -> None:
    cascade = _opened(stage2="none")
    assert cascade.stage2 is None
    checker = cascade.filters.folders.checker
    assert checker is not None
    assert "IF-II-M" in str(checker)
    assert not any(UNET in path and "IF-II" in path for path in server.paths)


def test_a_download_says_how_far_it_is() -> None:
    said: list[Any] = []
    ticks = iter([0.0, 2.0, 2.0, 2.5, 4.0, 4.0])
    meter = DownloadMeter("owner/name", 10**9, 9 * 10**9, said.append, clock=lambda: next(ticks))
    meter.at(2 * 10**9)
    meter.at(2 * 10**9 + 5)
    meter.at(3 * 10**9)
    assert said[0] == Portion(
        "fetching owner/name: 2.0 of 9.0 GB, 500.0 MB/s, 14 s left", 2 * 10**9, 9 * 10**9
    )
    assert [portion.done for portion in said] == [2 * 10**9, 3 * 10**9]


@pytest.mark.parametrize(
    ("kind", "raised", "match"),
    [
        (errors.GatedRepoError, Unavailable, r"licence: do so at .*owner/model, then log in"),
        (errors.RepositoryNotFoundError, Unavailable, "check the name, or log in"),
        (errors.OfflineModeIsEnabled, Unavailable, "cannot be reached"),
        (ConnectionError, Unavailable, "cannot be reached"),
        (TimeoutError, Unavailable, "cannot be reached"),
        (errors.HFValidationError, BadInput, "possible hub id"),
        (errors.HfHubHTTPError.__bases__[0], Unavailable, "cannot be reached"),
    ],
)
def test_a_refusal_is_one_line(
    monkeypatch: pytest.MonkeyPatch, kind: type[Exception], raised: type[Exception], match: str
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        # the hub's own errors ask for an HTTP response, whose class differs between releases
        raise kind.__new__(kind)

    monkeypatch.setattr(huggingface_hub.HfApi, "model_info", refuse)
    monkeypatch.setattr(huggingface_hub, "get_token", lambda: None)
    with pytest.raises(raised, match=match) as caught:
        fetch([Wanted("owner/model")], False, lambda _: None)
    assert "\n" not in str(caught.value)


def test_the_first_answer_is_not_waited_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[Any] = []

    def silent(*_: Any, timeout: float | None = None, **__: Any) -> None:
        waits.append(timeout)
        raise TimeoutError

    monkeypatch.setattr(huggingface_hub.HfApi, "model_info", silent)
    with pytest.raises(Unavailable):
        fetch([Wanted("owner/model")], False, lambda _: None)
    assert waits == [ours._TIMEOUT]


@pytest.mark.parametrize("name", ["DeepFloyd/IF-I-XL-v1.0", "a/b"])
def test_hub_ids(name: str) -> None:
    assert is_hub_id(name)


@pytest.mark.parametrize("name", ["tiny", "./a/b", "/a/b", "a/b/c", "~/a", "a/", "../b"])
def test_what_is_no_hub_id(name: str) -> None:
    assert not is_hub_id(name)
