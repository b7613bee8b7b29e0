"""Who is tied to whom, as a graph: pure, so that it can be held against a slow search."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

Node = tuple[str, int]  # person, organisation or party, and its id
MOST_STEPS = 6  # a bound of the search, not a rule: longer chains tie everybody to everybody


@dataclass(frozen=True)
class Edge:
    """One tie: whoever has it, what it is in, and how it is said between the two names."""

    of: Node
    to: Node
    says: str


def paths_to(edges: Iterable[Edge], targets: Collection[Node], *, most: int = MOST_STEPS) -> list[tuple[Edge, ...]]:
    """This returns for each tie that leads to a target the shortest path that begins with it, of `most` steps at most.

    A path never comes back to whoever it begins with, and none begins at a target. Of paths alike in length the first read is taken.
    """
    above: dict[Node, list[Edge]] = defaultdict(list)
    held = list(edges)
    for edge in held:
        above[edge.to].append(edge)
    rest: dict[Node, tuple[Edge, ...]] = {
        target: () for target in targets
    }  # of each node the shortest way on to a target
    layer = list(rest)
    for _ in range(most - 1):
        found = {edge.of: (edge, *rest[node]) for node in reversed(layer) for edge in reversed(above[node])}
        layer = [node for node in found if node not in rest]
        rest |= {node: found[node] for node in layer}
    paths = ((edge, *rest[edge.to]) for edge in held if edge.to in rest and edge.of not in targets)
    return [path for path in paths if all(step.to != path[0].of for step in path)]
