"""Models from the Hugging Face hub, fetched into the hub's own cache."""
