"""An independent eye: a small classifier that says which digit it sees. Shipped, and hashed."""
