"""From a name to a cascade in memory: fetched, checked, planned, loaded, placed."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch

from engine.checkpoints.cascade import Cascade, CascadeStage
from engine.checkpoints.devices import DEFAULT, HEAVY, LoadOptions, pick_devices
from engine.checkpoints.filters import Filters
from engine.checkpoints.hub.fetch import Ahead, EmitAll
from engine.checkpoints.layout import StageFolder, check_fits, read_stage
from engine.checkpoints.loading import check_int8, load_unet
from engine.checkpoints.memory import measure
from engine.checkpoints.memory.measure import plan, plan_ahead, text_dtype, unet_name
from engine.checkpoints.memory.plan import Plan, arrange, place
from engine.checkpoints.memory.sizes import TOKENS
from engine.checkpoints.resolve import cascade_folder, find_folders, other_checker
from engine.checkpoints.safety import FilterFolders, asks_for_checker, checker_weights, find_filters
from engine.checkpoints.text.embeddings import PromptEncoder, Reading
from engine.diffusion.denoiser import LowRes, predict
from engine.diffusion.oom import enough_memory
from engine.errors import BadInput, OutOfMemory


def open_cascade(
    model: str,
    stage2: str | None = "auto",
    device: str = "auto",
    emit: EmitAll = lambda _text: None,
    ways: LoadOptions = DEFAULT,
) -> Cascade:
    """Load a cascade, saying through `emit` what is being done; it may raise Stopped.

    model: "tiny-if" (the bundled one), a cascade folder with stage-1/ and stage-2/, a stage I
    folder, or a hub id. stage2: "auto", "none", a folder, or a hub id. Every folder is checked,
    and the memory plan chosen and said, before anything is loaded. Raises BadInput for a folder
    that is not a whole DeepFloyd IF model, Unavailable where the hub or the device is not to be
    had, or the memory is too small.
    """
    places = pick_devices(device)
    half = ways.dtype(places[0]) != torch.float32
    folders = read_folders(model, stage2, half, emit, ways, _ahead(places, ways, emit))
    if ways.text_encoder == "int8":
        check_int8(places[0])
    chosen = plan(folders, places, ways, whole=False)
    if ways.compile:
        check_compiles(chosen)
    _say(chosen, emit)
    filters = Filters(_filters([f.root for f in folders], half, emit), half)
    with _smaller(chosen):
        stages = [_load_stage(n, f, chosen, ways, emit) for n, f in enumerate(folders, 1)]
        away = place(chosen, [stage.unet for stage in stages])
        encoder = PromptEncoder(_reading(folders[0], chosen, ways), emit, away)
        if ways.compile:
            for number, stage in enumerate(stages, 1):
                compile_unet(unet_name(number), stage.unet, stage.sample_size, stage.device, emit)
    prints = (encoder.fingerprint, *(f.fingerprint for f in folders))
    second = stages[1] if len(stages) > 1 else None
    root = cascade_folder(folders[0].root)
    return Cascade(stages[0], second, stages[0].device, prints, encoder, root, filters, chosen)


def read_folders(
    model: str,
    stage2: str | None,
    half: bool,
    emit: EmitAll,
    ways: LoadOptions,
    ahead: Ahead | None = None,
) -> list[StageFolder]:
    """The stages' folders, fetched and checked. Raises as open_cascade."""
    text = ways.text_encoder != "cached"
    roots = find_folders(model, stage2, half, emit, text, ahead)
    folders = [
        read_stage(root, n, half, text=text) for n, root in enumerate(roots, 1) if root is not None
    ]
    for folder in folders:
        check_fits(folder, folders[0])
    return folders


def _ahead(places: Sequence[torch.device], ways: LoadOptions, emit: EmitAll) -> Ahead:
    """Say the plan while a large model is still to be fetched; Unavailable where none fits."""

    def tell(roots: Sequence[Path], size: int) -> None:
        if size > HEAVY or measure.free_memory(places).devices:
            _say(plan_ahead(roots, places, ways), emit)

    return tell


def _say(chosen: Plan, emit: EmitAll) -> None:
    """The plan, where there was something to choose or there is too little memory."""
    if set(chosen.peaks) != {"cpu"} or "not enough" in chosen.why:
        emit(f"plan: {chosen.name}, {chosen.why}")


@contextmanager
def _smaller(chosen: Plan) -> Iterator[None]:
    """Say with an error of too little memory which plan takes less."""
    try:
        with enough_memory("the weights"):
            yield
    except OutOfMemory as error:
        error.plan = chosen.smaller or ""
        raise


def _reading(first: StageFolder, chosen: Plan, ways: LoadOptions) -> Reading:
    where = chosen.encoder.where if chosen.encoder else "cpu"
    device, width = torch.device(where), first.text_width
    dtype = text_dtype(first.text.weights.size, device, ways) if first.text else torch.float32
    int8 = ways.text_encoder == "int8"
    return Reading(first.text, width, chosen.text, device, dtype, int8)


def _filters(roots: list[Path], half: bool, emit: EmitAll) -> FilterFolders:
    """Those of the stages; where a model of the hub has its checker only as a pickle, another's."""
    first = roots[0]
    if asks_for_checker(first) and not any(checker_weights(root, half) for root in roots):
        other = other_checker(first, half, emit)
        roots = [*roots, other] if other else roots
    return find_filters(roots, half)


def _load_stage(
    number: int, folder: StageFolder, chosen: Plan, ways: LoadOptions, emit: Callable[[str], None]
) -> CascadeStage:
    """A stage; a network that is to move is in host memory still."""
    name, where = unet_name(number), chosen.stages[number - 1].where
    device = torch.device(where)
    dtype = ways.dtype(device)
    emit(f"loading {name}")
    stays = chosen.name == "resident" and chosen.text != "alone"
    unet = arrange(load_unet(folder, device if stays else torch.device("cpu"), dtype), where)
    millions = sum(p.numel() for p in unet.parameters()) / 1e6
    emit(f"{name}: {millions:.1f} M parameters, {str(dtype).removeprefix('torch.')} on {device}")
    size, channels = int(folder.unet["sample_size"]), folder.unet["in_channels"] // number
    return CascadeStage(unet, folder.scheduler, folder.noising, channels, size, dtype, device)


def check_compiles(chosen: Plan) -> None:
    """BadInput where networks are to move between memories, which breaks what was compiled."""
    if chosen.name != "resident" or chosen.text == "alone":
        raise BadInput(
            f"--compile needs the UNets to stay on the device, and the plan is {chosen.name}, with"
            f" the text encoder {chosen.text}: try --text-encoder cpu or cached, or leave --compile"
        )


def compile_unet(
    name: str, unet: Any, side: int, device: torch.device, emit: Callable[[str], None]
) -> None:
    """Compile it in place by a first call, and say how long that took."""
    emit(f"compiling {name}")
    begun = time.perf_counter()
    unet.compile()
    config = unet.config
    enlarges = config.class_embed_type is not None
    channels = config.in_channels // 2 if enlarges else config.in_channels
    width = config.encoder_hid_dim or config.cross_attention_dim
    with torch.inference_mode():  # tensors made elsewhere are others to the compiler
        x = torch.zeros(2, channels, side, side, device=device)
        predict(unet, x, 500, x.new_zeros(2, TOKENS, width), LowRes(x, 250) if enlarges else None)
    emit(f"{name}: compiled in {time.perf_counter() - begun:.1f} s")
