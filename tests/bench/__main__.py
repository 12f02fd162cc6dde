"""`make bench`: every benchmark of this folder in turn. Each prints ratios; none asserts a time."""

import importlib
import pkgutil
import sys

import tests.bench


def main() -> None:
    """Run all, or those named on the command line; what names none is for them to read."""
    names = [m.name for m in pkgutil.iter_modules(tests.bench.__path__) if m.name != "__main__"]
    asked = [word for word in sys.argv[1:] if word in names]
    sys.argv[1:] = [word for word in sys.argv[1:] if word not in names]
    for name in asked or names:
        print(f"\n{name}")
        importlib.import_module(f"tests.bench.{name}").main()


main()
