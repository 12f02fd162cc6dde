"""Edit: a picture or a drawing, from several noise levels (SDEdit)."""
