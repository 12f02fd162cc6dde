"""The roof: the Textual app, the command line, the config."""
