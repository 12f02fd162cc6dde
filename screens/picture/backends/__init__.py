"""The protocols that take pictures to a terminal, a file each, as :mod:`.base` says."""
