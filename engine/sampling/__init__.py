"""A stage of a cascade under the one loop: steps as events, trajectory, branches, masks, terms."""
