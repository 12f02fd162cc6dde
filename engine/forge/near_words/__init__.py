"""Words that a cascade was not taught and draws all the same: beside what they are near to."""
