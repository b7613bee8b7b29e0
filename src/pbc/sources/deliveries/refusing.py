"""Which rows are refused, and why: asked only when some row failed or some key came twice, of those rows alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from pbc.engines.handed import Handed
from pbc.engines.step import literal
from pbc.sources.delimited import Recognised, names_apart
from pbc.sources.deliveries.bundle import bundled
from pbc.sources.deliveries.judging import INVALID, MISSING, bad_cells_sql, doubtful_sql, typed_columns
from pbc.sources.deliveries.shape import Shape
from pbc.sources.deliveries.workbench import Workbench
from pbc.sources.rejects import RULES, empty_rejects, safe_value_sql
from pbc.tables import REJECTED_ROWS

NOT_CONTENT = ("file_at", "row_number", "is_good", "is_of_restricted_kind")


def mark_doubtful(bench: Workbench, shape: Shape, *, bad: int) -> str:
    """This returns SQL that is true for a row in doubt, or nothing if none is: bad, of a key that comes twice, or of a
    person registered twice at once. Keys are compared by a hash here; the few found are compared exactly later."""
    tests = ["NOT is_good"] if bad else []
    tests += _repeated(bench, shape) if shape.key else []
    if shape.has_periods and bench.ask(f"SELECT count(*) FROM {_overlapping(bench)}")[0]:
        tests.append(f"person_key IN (SELECT person_key FROM {bench.name('overlapping')})")
    return " OR ".join(tests)


def _repeated(bench: Workbench, shape: Shape) -> list[str]:
    marks, key = bench.name("marks"), f"hash({', '.join(shape.key)})"
    bench.make("repeated", f"SELECT key_mark FROM {marks} WHERE is_good GROUP BY 1 HAVING count(*) > 1")
    if not bench.ask(f"SELECT count(*) FROM {bench.name('repeated')}")[0]:
        return []
    return [f"{key} IN (SELECT key_mark FROM {bench.name('repeated')})"]


def _overlapping(bench: Workbench) -> str:
    return bench.make(
        "overlapping",
        f"""SELECT DISTINCT person_key FROM (
            SELECT person_key, starts_on, max(COALESCE(ends_before, DATE '9999-12-31')) OVER (
                PARTITION BY person_key ORDER BY starts_on ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS held_until
            FROM {bench.name("marks")} WHERE is_good AND person_key IN (
                SELECT person_key FROM {bench.name("marks")} WHERE is_good GROUP BY 1 HAVING count(*) > 1))
        WHERE held_until > starts_on""",
    )


def find_refused(
    bench: Workbench, *, found: Sequence[Recognised], shape: Shape, doubtful: str, latest: date, delivery: str
) -> pl.DataFrame:
    """This returns the rejected rows. It leaves `doubtful`, those rows with their numbers, and the table `refused`.

    Where rows know their numbers only the rows in doubt are typed again; text is read again, in order.
    """
    bundles, chosen = bundled(found), ""
    if all(bundle.knows_rows for bundle in bundles):
        by_mark = doubtful.replace(f"hash({', '.join(shape.key)})", "key_mark")
        chosen = bench.make("in_doubt", f"SELECT file_at, row_number FROM {bench.name('marks')} WHERE {by_mark}")
    reasons = []
    for at, bundle in enumerate(bundles):
        own = doubtful_sql(bundle, shape=shape, latest=latest, doubtful="TRUE" if chosen else doubtful, chosen=chosen)
        with bench.in_file_order():
            rows = bench.make(f"doubtful_{at}", own)
        reasons += bad_cells_sql(bundle.first, shape=shape, latest=latest, ask=bench.ask, rows=rows)
    texts = ", ".join(f'"t {name}"' for name in typed_columns(found[0], shape))
    parts = (f"SELECT * EXCLUDE ({texts}) FROM {bench.name(f'doubtful_{at}')}" for at in range(len(bundles)))
    bench.make("doubtful", " UNION ALL BY NAME ".join(parts), kind="VIEW")
    reasons += [*_broken_rules(bench, shape), *([_repeats(bench, shape)] if shape.key else [])]
    named = "r(file_at, row_number, column_name, rule, value_found)"
    bench.make("refused", f"SELECT * FROM ({' UNION ALL '.join(reasons)}) AS {named}")
    if shape.has_periods:
        _refuse_overlaps(bench)
    return _as_rejected_rows(bench, found, shape, delivery)


def _broken_rules(bench: Workbench, shape: Shape) -> list[str]:
    person = [("nhs_number_missing", MISSING), ("nhs_number_invalid", INVALID)] if shape.needs_person else []
    return [
        f"SELECT file_at, row_number, {literal(rule.column)}, {literal(rule.name)}, "
        f"{safe_value_sql(f'CAST({rule.column} AS VARCHAR)')} FROM {bench.name('doubtful')} WHERE {rule.breaks}"
        for rule in shape.rules
    ] + [
        f"SELECT file_at, row_number, {literal(shape.person)}, {literal(name)}, CAST(NULL AS VARCHAR) "
        f"FROM {bench.name('doubtful')} WHERE person_state = {state}"
        for name, state in person
    ]


def _repeats(bench: Workbench, shape: Shape) -> str:
    """Of rows with one key the first of the first file stands; the others are the same row again, or contradict it."""
    shown = [name for name in shape.key if name != "person_key"]
    columns = [row[0] for row in bench.connection.execute(f"DESCRIBE {bench.name('staged')}").fetchall()]
    compared = [f'"{name}"' for name in columns if name not in NOT_CONTENT]
    content = f"row({', '.join(compared)})"
    text = safe_value_sql("concat_ws(' ', " + ", ".join(f"CAST({name} AS VARCHAR)" for name in shown) + ")")
    return f"""SELECT file_at, row_number, {literal(shown[-1])},
        CASE WHEN is_same THEN 'duplicate_key' ELSE 'conflicting_key' END, {text}
        FROM (SELECT *, row_number() OVER of_key AS place,
            {content} IS NOT DISTINCT FROM first_value({content}) OVER of_key AS is_same
            FROM {bench.name("doubtful")} WHERE is_good
            WINDOW of_key AS (PARTITION BY {", ".join(shape.key)} ORDER BY file_at, row_number))
        WHERE place > 1"""


def _refuse_overlaps(bench: Workbench) -> None:
    """Adds the registrations that begin before an accepted one of the same person has ended."""
    rows = bench.connection.execute(
        f"""SELECT d.file_at, d.row_number, d.person_key, d.starts_on, COALESCE(d.ends_before, DATE '9999-12-31')
        FROM {bench.name("doubtful")} AS d ANTI JOIN {bench.name("refused")} AS r USING (file_at, row_number)
        WHERE d.is_good ORDER BY d.person_key, d.starts_on, d.file_at, d.row_number"""
    ).fetchall()
    person, held_until, refused = None, None, []
    for file_at, row_number, person_key, starts_on, ends_before in rows:
        if person_key == person and held_until is not None and starts_on < held_until:
            refused.append((file_at, row_number, starts_on.isoformat()))
            continue
        person, held_until = person_key, ends_before
    if refused:
        overlaps = pl.DataFrame(refused, schema=["file_at", "row_number", "value_found"], orient="row")
        bench.connection.register("overlapped_rows", Handed(overlaps))
        bench.connection.execute(
            f"INSERT INTO {bench.name('refused')} SELECT file_at, row_number, 'starts_on', 'two_registrations_at_once', "
            "value_found FROM overlapped_rows"
        )
        bench.connection.unregister("overlapped_rows")


def _as_rejected_rows(bench: Workbench, found: Sequence[Recognised], shape: Shape, delivery: str) -> pl.DataFrame:
    refused = bench.frame(f"SELECT * FROM {bench.name('refused')}")
    if refused.is_empty():
        return empty_rejects()
    expected = {
        f"{column.name}/unknown_code": f"one of {', '.join(column.allowed)}"
        for column in found[0].layout.columns
        if column.allowed
    } | {f"{column.name}/too_large": f"at most {column.most:,}" for column in found[0].layout.columns if column.most}
    by_rule = pl.col("rule")
    rejected = refused.with_columns(
        delivery=pl.col("file_at").replace_strict(
            {at: f"{delivery}/{name}" for at, name in enumerate(names_apart([each.path for each in found]))},
            return_dtype=pl.String,
        ),
        table_name=pl.lit(shape.table.name),
        value_expected=pl.concat_str("column_name", by_rule, separator="/").replace_strict(
            expected, default=by_rule.replace_strict({name: rule.expected for name, rule in RULES.items()}, return_dtype=pl.String),
            return_dtype=pl.String,
        ),
        remedy=by_rule.replace_strict({name: rule.remedy for name, rule in RULES.items()}, return_dtype=pl.String),
    )  # fmt: skip
    return REJECTED_ROWS.conform(rejected).unique(REJECTED_ROWS.key, keep="first").sort(REJECTED_ROWS.key)
