"""Reading proposals, each for an actor."""
