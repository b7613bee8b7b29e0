"""Peer: PostgreSQL, the same hand-written SQL in its dialect; rows go in by COPY into unlogged tables, loading included."""

from __future__ import annotations

import io
from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
from benchmarks.contenders.answering import Asked, asked

KINDS = {
    "admitted_care": ("provider_code, spell_number, episode_number", "discharge_date"),
    "outpatients": ("provider_code, attendance_number", "attendance_date"),
    "accident_and_emergency": ("provider_code, attendance_number", "arrival_date"),
}
NEEDED = [
    "month", "provider_code", "person_id", "point_of_delivery", "treatment_function_code", "hrg_code", "paid_stay_days",
    "age_years", "practice_code", "attribution", "is_restricted",
]  # fmt: skip
Connection = psycopg.Connection[tuple[Any, ...]]
Found = dict[str, int]


def main() -> None:
    """Do what is asked."""
    work = asked()
    found: Found = {}
    with psycopg.connect(work.options["dsn"], autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS bench CASCADE; CREATE SCHEMA bench; SET search_path = bench")
        connection.execute("SET max_parallel_workers_per_gather = 2; SET work_mem = '512MB'; SET jit = off")
        _small_tables(connection, work)
        if work.work == "raw":
            _load(connection, "registrations", [str(work.data / "register" / "registrations.parquet")])
            for kind in KINDS:
                _load(connection, kind, work.deliveries(kind))
            work.stage("loading")
            _pseudonyms(connection, work)
            _register(connection, found)
            for kind in KINDS:
                _judge(connection, kind, work, found)
            _numbers(connection, found)
            work.stage("reading")
            _attribute(connection, work)
            work.stage("facts")
        else:
            _load(connection, "facts", [str(path) for path in work.facts], columns=NEEDED)
            work.stage("loading")
        _cost(connection, work, found)
        work.stage("costing and cells")
        _state(connection, work, found)
        work.stage("statement")
    work.answer(found)


def _type(kind: pa.DataType) -> str:
    if pa.types.is_integer(kind):
        return "bigint"
    return "date" if pa.types.is_date(kind) else "boolean" if pa.types.is_boolean(kind) else "text"


def _load(connection: Connection, name: str, files: list[str], *, columns: list[str] | None = None) -> None:
    for at, file in enumerate(files):
        source = pq.ParquetFile(file)
        fields = [field for field in source.schema_arrow if columns is None or field.name in columns]
        names = ", ".join(field.name for field in fields)
        if at == 0:
            typed = ", ".join(f"{field.name} {_type(field.type)}" for field in fields)
            connection.execute(f"CREATE UNLOGGED TABLE {name} (row_at bigint GENERATED ALWAYS AS IDENTITY, {typed})")
        with connection.cursor().copy(f"COPY {name} ({names}) FROM STDIN (FORMAT csv)") as copy:
            for number in range(source.num_row_groups):
                text = io.BytesIO()
                table = source.read_row_group(number, columns=columns).select([field.name for field in fields])
                flags = [at for at, field in enumerate(table.schema) if pa.types.is_boolean(field.type)]
                for flag in flags:
                    table = table.set_column(flag, table.schema.names[flag], pc.cast(table.column(flag), pa.string()))
                pa_csv.write_csv(table, text, pa_csv.WriteOptions(include_header=False, quoting_style="none"))
                copy.write(text.getbuffer())
    connection.execute(f"ANALYZE {name}")


def _make(connection: Connection, name: str, select: str) -> None:
    connection.execute(f"CREATE UNLOGGED TABLE {name} AS {select}")
    connection.execute(f"ANALYZE {name}")


def _small_tables(connection: Connection, work: Asked) -> None:
    places = {
        "practices": "register/practices.csv",
        "memberships": "register/memberships.csv",
        "prices": f"tariff/{work.given['year']}/tariff_prices.csv",
        "factors": f"tariff/{work.given['year']}/provider_factors.csv",
    }
    for name, place in places.items():
        table = pa_csv.read_csv(work.data / place)
        columns = ", ".join(f"{field.name} {_type(field.type)}" for field in table.schema)
        connection.execute(f"CREATE TABLE {name} ({columns})")
        with connection.cursor().copy(f"COPY {name} FROM STDIN (FORMAT csv, HEADER)") as copy:
            copy.write((work.data / place).read_bytes())
    _load(connection, "profile", [str(work.data / "profile.parquet")])
    _make(
        connection, "heirs",
        "SELECT parent_code AS old_code, member_code AS new_code, starts_on::date AS starts_on, ends_before::date AS ends_before "
        "FROM memberships WHERE relation = 'succeeds'",
    )  # fmt: skip


def _pseudonyms(connection: Connection, work: Asked) -> None:
    key = bytes.fromhex(work.given["key"]).ljust(64, b"\0")
    inner, outer = (f"'\\x{bytes(byte ^ pad for byte in key).hex()}'::bytea" for pad in (0x36, 0x5C))
    every = " UNION ALL ".join(f"SELECT nhs_number FROM {name}" for name in ("registrations", *KINDS))
    weighted = " + ".join(f"{11 - place} * ((n / {10 ** (10 - place)}) % 10)" for place in range(1, 11))
    _make(
        connection, "people",
        f"""SELECT nhs_number, ('x' || left(encode(sha256({outer} || sha256({inner} || convert_to(nhs_number, 'UTF8'))), 'hex'), 15))
            ::bit(60)::bigint AS person_id
        FROM (SELECT nhs_number, nhs_number::bigint AS n FROM (SELECT DISTINCT nhs_number FROM ({every}) AS e) AS d
            WHERE nhs_number ~ '^[0-9]{{10}}$') AS numbers
        WHERE ({weighted}) % 11 = 0 AND n % 1111111111 <> 0""",
    )  # fmt: skip


def _rules(connection: Connection, kind: str, found: Found) -> None:
    found[f"delivered {kind}"] = connection.execute(f"SELECT count(*) FROM judged_{kind}").fetchall()[0][0]
    rows = connection.execute(
        f"SELECT refused, count(*) FROM judged_{kind} WHERE refused IS NOT NULL GROUP BY 1"
    ).fetchall()
    found |= {f"refused {kind} {rule}": count for rule, count in rows}


def _register(connection: Connection, found: Found) -> None:
    _make(
        connection, "judged_registrations",
        """SELECT row_at, person_id, practice_code, starts_on, coalesce(ends_before, DATE '9999-12-31') AS ends_before,
            CASE WHEN r.nhs_number IS NULL THEN 'nhs_number_missing' WHEN person_id IS NULL THEN 'nhs_number_invalid'
                 WHEN ends_before <= starts_on THEN 'ends_before_start' END AS refused
        FROM registrations AS r LEFT JOIN people AS p ON r.nhs_number = p.nhs_number""",
    )  # fmt: skip
    _rules(connection, "registrations", found)
    _make(
        connection, "in_doubt",
        """SELECT *, row_number() OVER (PARTITION BY person_id, starts_on ORDER BY row_at) > 1 AS is_repeated
        FROM judged_registrations WHERE refused IS NULL AND person_id IN (
            SELECT person_id FROM judged_registrations WHERE refused IS NULL GROUP BY person_id HAVING count(*) > 1)""",
    )  # fmt: skip
    _make(
        connection, "left_out",
        """SELECT row_at, 'two_registrations_at_once' AS rule FROM (
            SELECT row_at, starts_on, max(ends_before) OVER (PARTITION BY person_id ORDER BY starts_on
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS held_until FROM in_doubt WHERE NOT is_repeated) AS o
        WHERE held_until > starts_on
        UNION ALL SELECT row_at, 'repeated_key' FROM in_doubt WHERE is_repeated""",
    )  # fmt: skip
    rows = connection.execute("SELECT rule, count(*) FROM left_out GROUP BY 1").fetchall()
    found |= {f"refused registrations {rule}": count for rule, count in rows}
    _make(
        connection, "register",
        "SELECT person_id, practice_code, starts_on, ends_before FROM judged_registrations "
        "WHERE refused IS NULL AND row_at NOT IN (SELECT row_at FROM left_out)",
    )  # fmt: skip


def _judge(connection: Connection, kind: str, work: Asked, found: Found) -> None:
    key, day = KINDS[kind]
    stays = kind == "admitted_care"
    days = [day, "admission_date", "episode_start_date", "episode_end_date"] if stays else [day]
    impossible = " OR ".join(f"{name} NOT BETWEEN '1900-01-01' AND '{work.given['last_day']}'" for name in days)
    backwards = """WHEN discharge_date < admission_date THEN 'discharge_before_admission'
        WHEN episode_end_date < episode_start_date OR episode_start_date < admission_date
            OR episode_end_date > discharge_date THEN 'episode_outside_stay'"""
    _make(
        connection, f"judged_{kind}",
        f"""SELECT a.*, person_id, CASE WHEN {impossible} THEN 'impossible_date' {backwards if stays else ""} END AS refused
        FROM {kind} AS a LEFT JOIN people AS p ON a.nhs_number = p.nhs_number""",
    )  # fmt: skip
    _rules(connection, kind, found)
    _make(
        connection, f"repeated_{kind}",
        f"""SELECT row_at FROM (SELECT row_at, row_number() OVER (PARTITION BY {key} ORDER BY row_at) AS place
            FROM judged_{kind} WHERE refused IS NULL AND ({key}) IN (
                SELECT {key} FROM judged_{kind} WHERE refused IS NULL GROUP BY {key} HAVING count(*) > 1)) AS ranked
        WHERE place > 1""",
    )  # fmt: skip
    found[f"refused {kind} repeated_key"] = connection.execute(f"SELECT count(*) FROM repeated_{kind}").fetchall()[0][0]
    connection.execute(
        f"CREATE VIEW good_{kind} AS SELECT * FROM judged_{kind} WHERE refused IS NULL "
        f"AND row_at NOT IN (SELECT row_at FROM repeated_{kind})"
    )


def _numbers(connection: Connection, found: Found) -> None:
    every = " UNION ALL ".join(f"SELECT nhs_number, person_id FROM judged_{kind}" for kind in KINDS)
    sql = f"""SELECT count(*) FILTER (WHERE nhs_number IS NULL),
        count(*) FILTER (WHERE nhs_number IS NOT NULL AND person_id IS NULL) FROM ({every}) AS e"""
    found["nhs_number missing"], found["nhs_number invalid"] = connection.execute(sql).fetchall()[0]


def _attribute(connection: Connection, work: Asked) -> None:
    given = work.given

    def listed(codes: list[str]) -> str:
        return "(" + ", ".join(f"'{code}'" for code in codes) + ")"

    def first(name: str, *, may_be_empty: bool = False) -> str:
        filled = f" FILTER (WHERE {name} IS NOT NULL)" if may_be_empty else ""
        return f"(array_agg({name} ORDER BY episode_number){filled})[1] AS {name}"

    firsts = ("admission_date", "admission_method", "patient_classification", "hrg_code", "treatment_function_code")
    filled = ("person_id", "age_on_admission", "practice_code")
    chosen = ", ".join([*(first(name) for name in firsts), *(first(name, may_be_empty=True) for name in filled)])
    _make(
        connection, "spells",
        f"""SELECT *, CASE WHEN admission_method IN {listed(given["elective"])} AND patient_classification IN ('2', '3') THEN 'DC'
                WHEN admission_method IN {listed(given["elective"])} THEN 'EL'
                WHEN admission_method IN {listed(given["emergency"])} THEN 'NEL' ELSE 'NELNE' END AS point_of_delivery
        FROM (SELECT provider_code, spell_number, {chosen},
            (array_agg(discharge_date ORDER BY episode_number DESC))[1] AS discharge_date, sum(unpaid_days)::bigint AS unpaid_days,
            bool_or(coalesce(replace(primary_diagnosis, '.', '') ~ '{given["restricted_diagnosis"]}', FALSE)
                OR coalesce(replace(primary_procedure, '.', '') ~ '{given["restricted_procedure"]}', FALSE)
                OR treatment_function_code ~ '{given["restricted_specialty"]}') AS is_restricted
        FROM good_admitted_care GROUP BY provider_code, spell_number) AS joined""",
    )  # fmt: skip
    contacts = f"""SELECT provider_code, person_id, discharge_date AS activity_on, point_of_delivery, treatment_function_code,
            hrg_code, age_on_admission AS age_years, practice_code AS noted_code, is_restricted,
            CASE WHEN point_of_delivery = 'DC' THEN 0 ELSE greatest(discharge_date - admission_date - unpaid_days, 0) END
                AS paid_stay_days
        FROM spells
        UNION ALL SELECT provider_code, person_id, attendance_date,
            CASE attendance_type WHEN 'first' THEN 'OPFA' WHEN 'follow_up' THEN 'OPFUP' ELSE 'OPPROC' END,
            treatment_function_code, hrg_code, age, practice_code,
            treatment_function_code ~ '{given["restricted_specialty"]}', 0 FROM good_outpatients
        UNION ALL SELECT provider_code, person_id, arrival_date, 'AE', '180', hrg_code, age, practice_code, FALSE, 0
        FROM good_accident_and_emergency"""
    found = f"""SELECT c.*, coalesce(lh.new_code, r.practice_code) AS list_code, coalesce(nh.new_code, noted_code) AS note_code
        FROM ({contacts}) AS c
        LEFT JOIN register AS r ON c.person_id = r.person_id AND activity_on >= r.starts_on AND activity_on < r.ends_before
        LEFT JOIN heirs AS lh ON r.practice_code = lh.old_code AND activity_on >= lh.starts_on AND activity_on < lh.ends_before
        LEFT JOIN heirs AS nh ON noted_code = nh.old_code AND activity_on >= nh.starts_on AND activity_on < nh.ends_before"""
    _make(
        connection, "facts",
        f"""SELECT provider_code, CASE WHEN NOT is_restricted THEN person_id END AS person_id,
            (extract(year FROM activity_on) * 100 + extract(month FROM activity_on))::bigint AS month,
            point_of_delivery, treatment_function_code, hrg_code, paid_stay_days, age_years, is_restricted, attribution,
            CASE WHEN attribution IN ('registered', 'corrected') THEN list_code
                WHEN attribution = 'recorded' THEN note_code ELSE 'not-attributed' END AS practice_code
        FROM (SELECT f.*, CASE WHEN list_code IS NOT NULL AND l.practice_code IS NULL THEN 'unknown_practice'
                WHEN list_code IS NOT NULL AND coalesce(note_code, list_code) = list_code THEN 'registered'
                WHEN list_code IS NOT NULL THEN 'corrected'
                WHEN person_id IS NOT NULL THEN 'not_registered'
                WHEN n.commissioner_code IN {listed(given["commissioners"])}
                    AND activity_on <= coalesce(n.closed_on::date, activity_on) THEN 'recorded'
                ELSE 'unknown_practice' END AS attribution
            FROM ({found}) AS f
            LEFT JOIN practices AS l ON list_code = l.practice_code
            LEFT JOIN practices AS n ON note_code = n.practice_code) AS placed""",
    )  # fmt: skip


def _cost(connection: Connection, work: Asked, found: Found) -> None:
    given = work.given
    whole = "100 * excess_days * day_price" if given["top_up_on_whole"] else "0"
    # the product outgrows bigint only beyond 92 thousand million, a price of nine million pounds
    _make(
        connection, "cells",
        f"""SELECT month, practice_code, provider_code, point_of_delivery, specialty, attribution, count(*) AS contacts,
            sum(excess_days)::bigint AS excess_days, sum(
                ((price_pence * paid_percent * 100 + excess_days * day_price * 10000
                  + (price_pence * paid_percent + {whole}) * top_up_percent) * mff + 5000000000) / 10000000000)::bigint AS pence
        FROM (SELECT month, practice_code, f.provider_code, f.point_of_delivery, attribution,
                CASE WHEN is_restricted THEN 'pooled' ELSE treatment_function_code END AS specialty,
                price_pence, coalesce(excess_day_price_pence, 0) AS day_price, top_up_percent,
                market_forces_factor_millionths AS mff,
                CASE WHEN f.point_of_delivery = 'NEL' AND age_years >= {given["adult_age"]}
                    AND paid_stay_days < {given["short_stay_below_days"]} AND is_short_stay_reducible
                    THEN short_stay_percent ELSE 100 END AS paid_percent,
                coalesce(greatest(paid_stay_days - trim_point_days, CASE WHEN trim_point_days IS NULL THEN NULL ELSE 0 END), 0)
                    AS excess_days
            FROM facts AS f
            JOIN prices AS p ON f.hrg_code = p.hrg_code AND f.point_of_delivery = p.point_of_delivery
            JOIN factors AS m ON f.provider_code = m.provider_code
            WHERE month BETWEEN {given["first_month"]} AND {given["last_month"]}) AS priced
        GROUP BY 1, 2, 3, 4, 5, 6""",
    )  # fmt: skip
    found["contacts"], found["people"] = connection.execute(
        "SELECT count(*), sum(person_id % 1000003) FROM facts"
    ).fetchall()[0]
    names = ("costed", "excess_days", "cost_pence", "cells", "unplaced", "unplaced_pence")
    values = connection.execute(
        """SELECT sum(contacts), sum(excess_days), sum(pence),
            count(DISTINCT (month, practice_code, provider_code, point_of_delivery, specialty)),
            coalesce(sum(contacts) FILTER (WHERE practice_code = 'not-attributed'), 0),
            coalesce(sum(pence) FILTER (WHERE practice_code = 'not-attributed'), 0) FROM cells"""
    ).fetchall()[0]
    found |= dict(zip(names, map(int, values), strict=True))
    found["unpriced"] = found["contacts"] - found["costed"]
    reasons = "SELECT attribution, sum(contacts) FROM cells WHERE practice_code = 'not-attributed' GROUP BY 1"
    found |= {f"unplaced {reason}": count for reason, count in connection.execute(reasons).fetchall()}


def _state(connection: Connection, work: Asked, found: Found) -> None:
    month, first = work.given["stated_month"], work.given["first_month"]
    names = ("month actual", "month budget", "year_to_date actual", "year_to_date budget", "lines", "forecast")
    values = connection.execute(
        f"""SELECT sum(month_actual), sum(month_budget), sum(actual), sum(budget), count(*),
            sum(round(actual / (budget::double precision / year_budget))::bigint)
        FROM (SELECT practice_code, point_of_delivery, sum(budget_pence) AS year_budget,
                sum(budget_pence) FILTER (WHERE month <= {month}) AS budget,
                coalesce(sum(budget_pence) FILTER (WHERE month = {month}), 0) AS month_budget FROM profile GROUP BY 1, 2) AS b
        FULL JOIN (SELECT practice_code, point_of_delivery, sum(pence) AS actual,
                coalesce(sum(pence) FILTER (WHERE month = {month}), 0) AS month_actual
            FROM cells WHERE month BETWEEN {first} AND {month} AND practice_code <> 'not-attributed' GROUP BY 1, 2) AS a
        USING (practice_code, point_of_delivery)"""
    ).fetchall()[0]
    found |= dict(zip(names, map(int, values), strict=True))
    for period in ("month", "year_to_date"):
        found[f"{period} variance"] = found[f"{period} actual"] - found[f"{period} budget"]


if __name__ == "__main__":
    main()
