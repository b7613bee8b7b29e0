"""How practices differ: each beside those most like it, never ranked."""

from pbc.methods.variation.peers import CRITERIA, compare_with_peers, find_peers

__all__ = ["CRITERIA", "compare_with_peers", "find_peers"]
