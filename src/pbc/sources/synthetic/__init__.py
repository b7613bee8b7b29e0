"""A made-up PCT (or ICB): seeded, any size, with planted truths beside the data. Nothing in it is real."""

from pbc.sources.synthetic.generate import generate

__all__ = ["generate"]
