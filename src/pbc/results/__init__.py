"""Publishing and reading immutable sets: manifest, hashes, receipt, the switch."""

from pbc.results.figures import Figure, figure_id
from pbc.results.receipt import Receipt
from pbc.results.store import PublishedSet, Store

__all__ = ["Figure", "PublishedSet", "Receipt", "Store", "figure_id"]
