"""A small app with one picture that changes, for terminals: the bench's, and real ones.

``python -m tests.tools.pictured ours kitty 64 4 FILE`` streams pictures of 64 by 64 pixels for 4 s.
"""
