"""`make bench`: every benchmark of this folder in turn. Each prints ratios; none asserts a time."""

import importlib
import pkgutil
import sys

import tests.bench


def main() -> None:
    """Run all, or those named on the command line."""
    names = [m.name for m in pkgutil.iter_modules(tests.bench.__path__) if m.name != "__main__"]
    for name in sys.argv[1:] or names:
        print(f"\n{name}")
        importlib.import_module(f"tests.bench.{name}").main()


main()
