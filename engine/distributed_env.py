"""What a launcher (torchrun, `accelerate launch`) says of this process. Torch-free."""

import os


def count() -> int:
    """How many processes it started; 1 without one."""
    return int(os.environ.get("WORLD_SIZE", "1"))


def rank() -> int:
    """This process's number among them; number 0 writes the files and speaks for all."""
    return int(os.environ.get("RANK", "0")) if count() > 1 else 0
