"""Keeps the model libraries from talking: no telemetry, no progress bars, no warnings on screen.

Imported before any of them, since they read these variables once.
"""

import os

_SETTINGS = {
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "DIFFUSERS_VERBOSITY": "error",
    "TRANSFORMERS_VERBOSITY": "error",
}

for _name, _value in _SETTINGS.items():
    os.environ.setdefault(_name, _value)


def silence() -> None:
    """Turn off the progress bars that have no variable of their own."""
    from diffusers.utils import logging as diffusers_logging
    from transformers.utils import logging as transformers_logging

    diffusers_logging.disable_progress_bar()
    transformers_logging.disable_progress_bar()
