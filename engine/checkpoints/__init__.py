"""From a name, a folder or a hub id to modules on a device and prompts to embeddings."""

import engine.checkpoints.silence_libraries  # noqa: F401  before any of the libraries that it quiets
from engine.checkpoints.cascade import Cascade, CascadeStage
from engine.checkpoints.opening import open_cascade

__all__ = ["Cascade", "CascadeStage", "open_cascade"]
