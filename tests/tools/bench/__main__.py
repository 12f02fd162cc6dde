"""`make bench`: every benchmark of this folder in turn. Each prints ratios; none asserts a time."""

import importlib
import os
import pkgutil
import sys

import tests.tools.bench
from engine.worker import SPIN


def main() -> None:
    """Run all, or those named on the command line; what names none is for them to read."""
    for name, value in SPIN.items():  # as for the engine's thread, before torch is imported
        os.environ.setdefault(name, value)
    names = [
        m.name for m in pkgutil.iter_modules(tests.tools.bench.__path__) if m.name != "__main__"
    ]
    asked = [word for word in sys.argv[1:] if word in names]
    sys.argv[1:] = [word for word in sys.argv[1:] if word not in names]
    for name in asked or names:
        print(f"\n{name}")
        importlib.import_module(f"tests.tools.bench.{name}").main()


main()
