"""The graph of ties: held against a slow search that walks every path."""

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from pbc_web.governance.ownership import MOST_STEPS, Edge, Node, paths_to

COMPANIES = [("party", number) for number in range(5)]
PEOPLE = [("person", number) for number in range(3)]
PAIRS = st.tuples(st.sampled_from(PEOPLE + COMPANIES), st.sampled_from(COMPANIES))
GRAPHS = st.lists(PAIRS.map(lambda pair: Edge(*pair, says="is tied to")), max_size=14, unique=True)


def walks(
    edges: list[Edge], at: Node, targets: set[Node], left: int, seen: tuple[Node, ...]
) -> Iterator[tuple[Edge, ...]]:
    """Every way on to a target that visits nobody twice, one step after another."""
    if at in targets:
        yield ()
        return
    for edge in edges if left else []:
        if edge.of == at and edge.to not in seen:
            yield from ((edge, *more) for more in walks(edges, edge.to, targets, left - 1, (*seen, edge.to)))


@given(GRAPHS, st.sets(st.sampled_from(COMPANIES), max_size=2), st.integers(1, MOST_STEPS))
def test_whoever_is_found_is_whoever_a_slow_search_finds(edges: list[Edge], targets: set[Node], most: int) -> None:
    found = paths_to(edges, targets, most=most)
    for node in PEOPLE + COMPANIES:
        slow = [] if node in targets else list(walks(edges, node, targets, most, (node,)))
        own = [path for path in found if path[0].of == node]
        assert bool(own) == bool(slow)
        for path in own:
            assert path in slow
            assert len(path) == min(len(each) for each in slow if each[0] == path[0])
        if node in PEOPLE:  # nobody leads back to a person: each tie of theirs that leads there is told
            assert {path[0] for path in own} == {path[0] for path in slow}


def test_a_circle_of_companies_ends_and_a_chain_beyond_the_bound_is_not_followed() -> None:
    circle = [Edge(COMPANIES[n], COMPANIES[(n + 1) % 3], "owns") for n in range(3)]
    owner = Edge(PEOPLE[0], COMPANIES[1], "owns")
    paths = paths_to([*circle, owner], {COMPANIES[0]})
    assert (owner, circle[1], circle[2]) in paths
    assert len(paths) == 3
    assert paths_to([*circle, owner], {COMPANIES[0]}, most=2) == [(circle[1], circle[2]), (circle[2],)]
    assert paths_to([*circle, owner], set()) == []
