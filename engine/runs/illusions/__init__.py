"""An illusion's run folder, shown and exported: readings, motion, sheets."""
