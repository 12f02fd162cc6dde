"""The forge's recipe within a time limit, from a cascade's weights to a better one."""
