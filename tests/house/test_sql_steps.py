"""Every SQL step is one readable SELECT that both engines read alike (house.md, "SQL that two engines read alike")."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

import pbc
from pbc.tables import ALL

ROOT = Path(pbc.__file__).parent
STEPS = sorted(ROOT.rglob("*.sql"))
LONGEST_STEP = 120  # lines: one step is read whole

# Functions whose meaning was checked on both engines. Another is added here with a test on both, or not used.
ALLOWED = {
    exp.And, exp.Or, exp.ArgMax, exp.ArgMin, exp.Case, exp.Cast, exp.Coalesce, exp.Count, exp.DateDiff, exp.DateFromParts, exp.Greatest,
    exp.If, exp.Least, exp.LogicalOr, exp.Max, exp.Min, exp.Month, exp.Nullif, exp.Pad, exp.Substring, exp.Sum, exp.Year,
}  # fmt: skip
WHOLE = ("BIGINT", "INT", "INTEGER")


def parsed(sql: str) -> exp.Expression:
    """The step with its parameters written in: a list after IN, a number elsewhere."""
    listed = re.sub(r"\bIN \$[a-z_0-9]+", "IN ('a', 'b')", sql)
    return sqlglot.parse_one(re.sub(r"\$[a-z_0-9]+", "1", listed), read="duckdb")


def unknown_functions(tree: exp.Expression) -> Iterator[str]:
    """Translation is silently wrong for some constructs; a function is refused until it has been checked."""
    for node in tree.find_all(exp.Func):
        if type(node) not in ALLOWED:
            yield f"function {node.sql()}"
    yield from (f"window {node.sql()}" for node in tree.find_all(exp.Window))


def divisions(tree: exp.Expression) -> Iterator[str]:
    """`/` gives a double on one engine and a decimal on the other; money is divided by `//` alone."""
    for node in tree.find_all(exp.Div):
        if not any(cast.to.this.name == "DOUBLE" for cast in node.find_all(exp.Cast)):
            yield f"{node.sql()}: divide pence with //, or cast to DOUBLE where a ratio is meant"


def whole_numbers_from_doubles(tree: exp.Expression) -> Iterator[str]:
    """Casting a double to a whole number rounds on one engine and cuts off on the other."""
    for node in tree.find_all(exp.Cast):
        inner = {part.to.this.name for part in node.this.find_all(exp.Cast)}
        if node.to.this.name in WHOLE and (inner & {"DOUBLE", "FLOAT", "DECIMAL"} or node.this.find(exp.Div)):
            yield f"cast of a double {node.sql()}"


def dialect_joins_and_lists(tree: exp.Expression) -> Iterator[str]:
    """No ASOF join, no list whose order nobody promised, no row limit, no date less date."""
    for join in tree.find_all(exp.Join):
        if (join.method or "").upper() == "ASOF":
            yield f"ASOF join {join.sql()}"
    yield from (f"list or limit {node.sql()}" for node in tree.find_all(exp.ArrayAgg, exp.GroupConcat, exp.Limit))
    for minus in tree.find_all(exp.Sub):
        sides = [side.name for side in (minus.this, minus.expression) if isinstance(side, exp.Column)]
        if len([name for name in sides if name.endswith(("_on", "_before"))]) == 2:
            yield f"date less date {minus.sql()}"


def untyped_sums(tree: exp.Expression) -> Iterator[str]:
    """A bare sum of BIGINT is a HUGEINT here and reaches Parquet as a double; sums within a step may stay exact decimals."""
    inner = {id(total) for cte in tree.find_all(exp.CTE) for total in cte.find_all(exp.Sum)}
    for total in tree.find_all(exp.Sum):
        if id(total) not in inner and total.find_ancestor(exp.Cast) is None:
            yield f"{total.sql()}: write CAST(sum(x) AS BIGINT), or AS DOUBLE of doubles"


def own(select: exp.Select, kind: type[exp.Expression]) -> list[exp.Expression]:
    """Nodes of one kind that stand in this SELECT and not in one inside it."""
    return [node for node in select.find_all(kind) if node.find_ancestor(exp.Select) is select]


def bare_columns(tree: exp.Expression) -> Iterator[str]:
    """A bare column beside a join could come to mean another table's when one is added."""
    for select in tree.find_all(exp.Select):
        if select.args.get("joins"):
            yield from (f"{column.name} has no table" for column in own(select, exp.Column) if not column.table)  # type: ignore[attr-defined]


def missing_columns(tree: exp.Expression) -> Iterator[str]:
    """What is read straight from a hallway table is a column of that table."""
    steps = {cte.alias for cte in tree.find_all(exp.CTE)}
    for select in tree.find_all(exp.Select):
        sources = {table.alias_or_name: table.name for table in own(select, exp.Table)}
        made = {item.alias for item in select.selects if item.alias}
        for column in own(select, exp.Column):
            alias = column.table or (next(iter(sources)) if len(sources) == 1 else "")  # type: ignore[attr-defined]
            table = sources.get(alias, "")
            known = table in ALL and table not in steps and column.name not in {"*", *made}
            if known and column.name not in ALL[table].names:
                yield f"{table} has no column {column.name}"


RULES: tuple[Callable[[exp.Expression], Iterator[str]], ...] = (
    unknown_functions, divisions, whole_numbers_from_doubles, dialect_joins_and_lists, untyped_sums, bare_columns,
    missing_columns,
)  # fmt: skip
every_step = pytest.mark.parametrize(
    "path", [pytest.param(path, id=str(path.relative_to(ROOT).with_suffix(""))) for path in STEPS]
)


def test_steps_are_found() -> None:
    """The rules hold for something."""
    assert len(STEPS) >= 10


@every_step
@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.__name__) for rule in RULES])
def test_step_keeps_the_rule(path: Path, rule: Callable[[exp.Expression], Iterator[str]]) -> None:
    """Each step keeps each rule."""
    assert list(rule(parsed(path.read_text(encoding="utf-8")))) == []


@every_step
def test_step_is_one_select_that_opens_with_what_it_does(path: Path) -> None:
    """One statement, a SELECT, at most 120 lines, a comment first."""
    text = path.read_text(encoding="utf-8")
    assert text.startswith("-- ")
    assert len(text.splitlines()) <= LONGEST_STEP
    assert len(sqlglot.parse(text.replace("$", "p_"), read="duckdb")) == 1
    assert isinstance(parsed(text), exp.Select | exp.Union)


@every_step
def test_step_translates_to_spark(path: Path) -> None:
    """SQLGlot writes it in Spark's dialect without a complaint, and what it writes parses."""
    tree = parsed(path.read_text(encoding="utf-8"))
    written = tree.sql(dialect="spark", unsupported_level=sqlglot.ErrorLevel.RAISE)
    assert sqlglot.parse_one(written, read="spark")


@every_step
def test_step_stands_beside_the_function_that_runs_it(path: Path) -> None:
    """Some module of the same folder reads it by name; a file nobody runs is removed."""
    beside = "".join(module.read_text(encoding="utf-8") for module in path.parent.glob("*.py"))
    assert f'"{path.stem}"' in beside


@pytest.mark.parametrize(
    "rule, sql",
    [
        (unknown_functions, "SELECT dayofweek(activity_on) AS x FROM activity_facts"),
        (unknown_functions, "SELECT my_function(month) AS x FROM activity_facts"),
        (unknown_functions, "SELECT row_number() OVER (ORDER BY month) AS x FROM activity_facts"),
        (divisions, "SELECT cost_pence / 100 AS x FROM costed_activity"),
        (whole_numbers_from_doubles, "SELECT CAST(CAST(cost_pence AS DOUBLE) * 0.5 AS BIGINT) AS x FROM costed_activity"),
        (whole_numbers_from_doubles, "SELECT CAST(cost_pence / 2 AS BIGINT) AS x FROM costed_activity"),
        (dialect_joins_and_lists, "SELECT a.month FROM a ASOF JOIN b ON a.month >= b.month"),
        (dialect_joins_and_lists, "SELECT array_agg(month) AS x FROM activity_facts"),
        (dialect_joins_and_lists, "SELECT string_agg(hrg_code, ',') AS x FROM activity_facts"),
        (dialect_joins_and_lists, "SELECT discharge_on - admission_on AS x FROM spells"),
        (untyped_sums, "SELECT sum(cost_pence) AS x FROM costed_activity"),
        (bare_columns, "SELECT month FROM a JOIN b ON a.x = b.x"),
        (missing_columns, "SELECT price FROM tariff_prices"),
        (missing_columns, "SELECT t.price FROM tariff_prices AS t"),
    ],
)  # fmt: skip
def test_rule_catches_what_it_is_for(rule: Callable[[exp.Expression], Iterator[str]], sql: str) -> None:
    """A rule that finds nothing is worse than none."""
    assert list(rule(parsed(sql)))
