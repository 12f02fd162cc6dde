"""What kind of machine figures were made on."""

import os
import platform
from pathlib import Path

import torch


def describe(device: torch.device) -> str:
    """The device's kind, cores and threads: "AMD EPYC, 2 cores, 1 thread"."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    threads = torch.get_num_threads()
    return f"{processor()}, {os.cpu_count()} cores, {threads} thread{'s' * (threads > 1)}"


def processor() -> str:
    """The processor's name where the system tells it, its architecture otherwise."""
    table = Path("/proc/cpuinfo")
    lines = table.read_text("utf-8").splitlines() if table.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return next(iter(names), "") or platform.processor() or platform.machine()
