"""Programs that are not tests: benchmarks, screenshots, sheets, kills."""
