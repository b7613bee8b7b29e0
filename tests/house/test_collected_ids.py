"""Names of cases are the same in every run and every worker: nothing of the moment, the machine or the order of a hash."""

import ast
import re

import pytest

OF_THE_MOMENT = re.compile(r"0x[0-9a-fA-F]{5,}|\\x1f\\x8b|\bobject at\b|\d{2}:\d{2}:\d{2}\.\d|/tmp/|/home/|gw\d+/")
UNSTEADY = {
    "now", "today", "time", "time_ns", "random", "uuid4", "urandom", "getpid", "gettempdir", "hash", "id", "set", "frozenset",
    "glob", "rglob", "iterdir",
}  # fmt: skip


def called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def unsteady_parts(node: ast.AST) -> list[str]:
    """What in an expression may come out otherwise, or in another order, next time; what is sorted may not."""
    if isinstance(node, ast.Call) and called(node) == "sorted":
        return [
            part for argument in node.args for part in unsteady_parts(argument) if part in ("now", "today", "random")
        ]
    mine = [called(node)] if isinstance(node, ast.Call) and called(node) in UNSTEADY else []
    mine += ["a set"] if isinstance(node, ast.Set | ast.SetComp) else []
    return mine + [part for child in ast.iter_child_nodes(node) for part in unsteady_parts(child)]


def test_collected_ids_hold_nothing_of_the_moment(request: pytest.FixtureRequest) -> None:
    """An address, zipped bytes (they hold the hour), an hour, a folder of this machine."""
    assert [item.nodeid for item in request.session.items if OF_THE_MOMENT.search(item.nodeid)] == []


def test_cases_are_listed_in_an_order_that_no_hash_or_clock_decides(suite_modules) -> None:  # type: ignore[no-untyped-def]
    unsteady = [
        f"{module.place}:{node.lineno} {', '.join(parts)}"
        for module in suite_modules
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and called(node) == "parametrize"
        and (
            parts := [
                part for case in [*node.args, *[word.value for word in node.keywords]] for part in unsteady_parts(case)
            ]
        )
    ]
    assert unsteady == []


@pytest.mark.parametrize(
    "source",
    [
        "{1, 2}",
        "set(CODES)",
        "[date.today()]",
        "list(FOLDER.glob('*.sql'))",
        "[random() for _ in 'ab']",
        "sorted([now()])",
    ],
)
def test_law_catches_an_unsteady_list_of_cases(source: str) -> None:
    assert unsteady_parts(ast.parse(source)) != []


def test_law_lets_sorted_lists_pass() -> None:
    assert unsteady_parts(ast.parse("sorted({1, 2}), sorted(FOLDER.glob('*.sql')), ['a', 'b']")) == []
