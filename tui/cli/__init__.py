"""The command line: parsing, serving a request headless, its answers."""
