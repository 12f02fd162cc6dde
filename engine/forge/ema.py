"""Which EMA of a stage is exported: the exponential one, or a length that was chosen post hoc."""

from torch import Tensor, nn

from engine.errors import BadInput
from engine.forge.run_folder import ForgeRun, chosen_ema
from engine.training import checkpoint, post_hoc
from engine.training.post_hoc import History
from engine.training.power_ema import WIDTHS

PREFIX = "ema.module."


def exponential(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """The network's tensors as the exponential EMA of a checkpoint has them."""
    return {k.removeprefix(PREFIX): v for k, v in tensors.items() if k.startswith(PREFIX)}


def history(run: ForgeRun, part: str) -> History:
    """Checkpoint and snapshots of "stage1" or "stage2"; BadInput where there are none."""
    return post_hoc.history(run.checkpoints(part), run.averages(part), WIDTHS)


def load(run: ForgeRun, part: str, unet: nn.Module) -> int | None:
    """Load a part's chosen EMA at its newest readable checkpoint; the step, None without one.

    Raises BadInput where the chosen length cannot be reconstructed.
    """
    newest = checkpoint.latest(run.checkpoints(part))
    if newest is None:
        return None
    tensors, state = newest
    unet.load_state_dict(exponential(tensors) | _chosen(run, part))
    return int(state["step"])


def _chosen(run: ForgeRun, part: str) -> dict[str, Tensor]:
    """Parameters of the length that was chosen post hoc; empty where none was."""
    chosen = chosen_ema(run, part)
    if not chosen:
        return {}
    try:
        (average,) = history(run, part).reconstruct([chosen["sigma_rel"]])
    except BadInput as error:
        raise BadInput(f"{error}; delete {run.ema(part)} to export the exponential EMA") from None
    return average.weights
