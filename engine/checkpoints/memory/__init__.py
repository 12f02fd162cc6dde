"""Where the parts of a cascade live: what they take, which plan fits, and putting them there."""
