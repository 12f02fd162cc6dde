"""How well a cascade obeys its prompts: asked, drawn, judged, and written down as a model card."""
