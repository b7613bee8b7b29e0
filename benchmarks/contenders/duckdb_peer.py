"""Peer: one analyst's DuckDB SQL, written by hand for this work and tuned: pseudonyms once, repeated keys found first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
from benchmarks.contenders.answering import Asked, asked

KINDS = {
    "admitted_care": ("provider_code, spell_number, episode_number", "discharge_date"),
    "outpatients": ("provider_code, attendance_number", "attendance_date"),
    "accident_and_emergency": ("provider_code, attendance_number", "arrival_date"),
}
Found = dict[str, int]


def main() -> None:
    """Do what is asked."""
    work = asked()
    connection = duckdb.connect()
    connection.execute("SET preserve_insertion_order = false")
    connection.execute(f"SET temp_directory = '{work.scratch}'")
    if work.memory_gb:
        connection.execute(f"SET memory_limit = '{work.memory_gb}GB'")
    if work.work == "before":
        return work.answer(_prescribing(connection, work))
    found: Found = {}
    _small_tables(connection, work)
    if work.work == "raw":
        _pseudonyms(connection, work)
        if work.is_late:
            _register(connection, work.first_register, "first")
        found |= _register(connection, work.register, "register")
        work.stage("register")
        for kind in KINDS:
            found |= _read(connection, work, kind)
        found |= _numbers(connection)
        work.stage("reading")
        _attribute(connection, work)
        work.stage("facts")
    else:
        connection.execute(f"CREATE VIEW facts AS SELECT * FROM read_parquet({[str(p) for p in work.facts]})")
    found |= _cost(connection, work)
    work.stage("costing and cells")
    found |= _state(connection, work)
    work.stage("statement")
    work.answer(found)


def _one(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[Any, ...]:
    return tuple(value or 0 for value in connection.execute(sql).fetchall()[0])


def _prescribing(connection: duckdb.DuckDBPyConnection, work: Asked) -> Found:
    """Lines of a practice, month and product, their items and pence, of the year before."""
    lines, items, pence = _one(
        connection,
        f"""SELECT count(*), sum(items), sum(pence) FROM (
            SELECT sum(ITEMS)::BIGINT AS items, sum(round(NIC * 100)::BIGINT)::BIGINT AS pence
            FROM '{work.data / "before"}/activity/*/prescribing.parquet' GROUP BY PERIOD, PRACTICE, "BNF CODE")""",
    )
    work.stage("prescribing of the year before")
    return {"prescribing lines": lines, "prescribing items": items, "prescribing pence": pence}


def _small_tables(connection: duckdb.DuckDBPyConnection, work: Asked) -> None:
    places = {
        "practices": "register/practices.csv",
        "memberships": "register/memberships.csv",
        "prices": f"tariff/{work.given['year']}/tariff_prices.csv",
        "factors": f"tariff/{work.given['year']}/provider_factors.csv",
    }
    for name, place in places.items():
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM read_csv('{work.data / place}')")
    connection.execute(
        "CREATE TABLE heirs AS SELECT parent_code AS old_code, member_code AS new_code, starts_on, ends_before "
        "FROM memberships WHERE relation = 'succeeds'"
    )
    connection.execute(f"CREATE TABLE profile AS SELECT * FROM '{work.data / 'profile.parquet'}'")


def _pseudonyms(connection: duckdb.DuckDBPyConnection, work: Asked) -> None:
    """Each distinct number once: modulus 11, then HMAC-SHA256 by its definition."""
    key = bytes.fromhex(work.given["key"]).ljust(64, b"\0")
    pads = {"inner": bytes(byte ^ 0x36 for byte in key), "outer": bytes(byte ^ 0x5C for byte in key)}
    every = " UNION ALL ".join(
        f"SELECT nhs_number FROM read_parquet({files})"
        for files in [
            [str(path) for path in {work.first_register, work.register}],
            *(work.deliveries(kind) for kind in KINDS),
        ]
    )
    weighted = " + ".join(f"{11 - place} * ((n // {10 ** (10 - place)}) % 10)" for place in range(1, 11))
    connection.execute(
        f"""CREATE TABLE people AS
        SELECT nhs_number, CAST('0x' || left(sha256($outer::BLOB || unhex(sha256($inner::BLOB || encode(nhs_number)))), 15) AS BIGINT)
            AS person_id
        FROM (SELECT nhs_number, CAST(nhs_number AS BIGINT) AS n FROM (SELECT DISTINCT nhs_number FROM ({every}))
            WHERE regexp_full_match(nhs_number, '[0-9]{{10}}'))
        WHERE ({weighted}) % 11 = 0 AND n % 1111111111 <> 0""",
        pads,
    )


def _register(connection: duckdb.DuckDBPyConnection, path: Path, name: str) -> Found:
    connection.execute(
        f"""CREATE OR REPLACE TABLE registered AS
        SELECT person_id, practice_code, starts_on, coalesce(ends_before, DATE '9999-12-31') AS ends_before,
            file_row_number AS row_at,
            CASE WHEN nhs_number IS NULL THEN 'nhs_number_missing' WHEN person_id IS NULL THEN 'nhs_number_invalid'
                 WHEN ends_before <= starts_on THEN 'ends_before_start' END AS refused
        FROM read_parquet('{path}', file_row_number = true) AS r LEFT JOIN people USING (nhs_number)"""
    )
    # only people with more than one good row can be repeated or overlap
    connection.execute(
        """CREATE OR REPLACE TABLE in_doubt AS
        SELECT *, row_number() OVER (PARTITION BY person_id, starts_on ORDER BY row_at) > 1 AS is_repeated
        FROM registered
        WHERE refused IS NULL AND person_id IN (
            SELECT person_id FROM registered WHERE refused IS NULL GROUP BY person_id HAVING count(*) > 1)"""
    )
    connection.execute(
        """CREATE OR REPLACE TABLE judged AS SELECT row_at, 'two_registrations_at_once' AS rule FROM (
            SELECT row_at, starts_on, max(ends_before) OVER (PARTITION BY person_id ORDER BY starts_on
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS held_until FROM in_doubt WHERE NOT is_repeated)
        WHERE held_until > starts_on
        UNION ALL SELECT row_at, 'repeated_key' FROM in_doubt WHERE is_repeated"""
    )
    connection.execute(
        f"CREATE {'VIEW' if name == 'register' else 'TABLE'} {name} AS SELECT * FROM registered "
        "WHERE refused IS NULL AND row_at NOT IN (SELECT row_at FROM judged)"
    )
    rules = connection.execute(
        "SELECT refused, count(*) FROM registered WHERE refused IS NOT NULL GROUP BY 1 "
        "UNION ALL SELECT rule, count(*) FROM judged GROUP BY 1"
    ).fetchall()
    delivered = _one(connection, "SELECT count(*) FROM registered")[0]
    return {"delivered registrations": delivered} | {f"refused registrations {rule}": n for rule, n in rules}


def _read(connection: duckdb.DuckDBPyConnection, work: Asked, kind: str) -> Found:
    key, day = KINDS[kind]
    last = work.given["last_day"]
    impossible = f"{day} NOT BETWEEN DATE '1900-01-01' AND DATE '{last}'"
    stays = kind == "admitted_care"
    if stays:
        impossible += f""" OR admission_date NOT BETWEEN DATE '1900-01-01' AND DATE '{last}'
            OR episode_start_date NOT BETWEEN DATE '1900-01-01' AND DATE '{last}'
            OR episode_end_date NOT BETWEEN DATE '1900-01-01' AND DATE '{last}'"""
    backwards = """WHEN discharge_date < admission_date THEN 'discharge_before_admission'
        WHEN episode_end_date < episode_start_date OR episode_start_date < admission_date
            OR episode_end_date > discharge_date THEN 'episode_outside_stay'"""
    connection.execute(
        f"""CREATE TABLE {kind} AS
        SELECT a.*, person_id, CASE WHEN {impossible} THEN 'impossible_date' {backwards if stays else ""} END AS refused
        FROM read_parquet({work.deliveries(kind)}, filename = true, file_row_number = true) AS a
        LEFT JOIN people USING (nhs_number)"""
    )
    connection.execute(
        f"""CREATE TABLE repeated_{kind} AS
        SELECT filename, file_row_number FROM (
            SELECT filename, file_row_number,
                row_number() OVER (PARTITION BY {key} ORDER BY filename, file_row_number) AS place
            FROM {kind} WHERE refused IS NULL AND ({key}) IN (
                SELECT ({key}) FROM {kind} WHERE refused IS NULL GROUP BY {key} HAVING count(*) > 1))
        WHERE place > 1"""
    )
    connection.execute(
        f"CREATE VIEW good_{kind} AS SELECT * FROM {kind} WHERE refused IS NULL AND (filename, file_row_number) NOT IN "
        f"(SELECT (filename, file_row_number) FROM repeated_{kind})"
    )
    rules = connection.execute(
        f"SELECT refused, count(*) FROM {kind} WHERE refused IS NOT NULL GROUP BY 1 "
        f"UNION ALL SELECT 'repeated_key', count(*) FROM repeated_{kind}"
    ).fetchall()
    delivered = _one(connection, f"SELECT count(*) FROM {kind}")[0]
    return {f"delivered {kind}": delivered} | {f"refused {kind} {rule}": n for rule, n in rules if n}


def _numbers(connection: duckdb.DuckDBPyConnection) -> Found:
    every = " UNION ALL ".join(f"SELECT nhs_number, person_id FROM {kind}" for kind in KINDS)
    missing, invalid = _one(
        connection,
        "SELECT count(*) FILTER (WHERE nhs_number IS NULL), "
        f"count(*) FILTER (WHERE nhs_number IS NOT NULL AND person_id IS NULL) FROM ({every})",
    )
    return {"nhs_number missing": missing, "nhs_number invalid": invalid}


def _attribute(connection: duckdb.DuckDBPyConnection, work: Asked) -> None:
    given = work.given

    # of restricted contacts nobody is held, so that a register delivered later places none of them again
    registers = (
        "SELECT *, TRUE AS is_restricted FROM first UNION ALL SELECT *, FALSE FROM register"
        if work.is_late
        else "SELECT * FROM register"
    )
    of_its_kind = "AND c.is_restricted = r.is_restricted" if work.is_late else ""

    def listed(codes: list[str]) -> str:
        return "(" + ", ".join(f"'{code}'" for code in codes) + ")"

    connection.execute(
        f"""CREATE VIEW spells AS
        SELECT *, CASE WHEN admission_method IN {listed(given["elective"])} AND patient_classification IN ('2', '3') THEN 'DC'
                WHEN admission_method IN {listed(given["elective"])} THEN 'EL'
                WHEN admission_method IN {listed(given["emergency"])} THEN 'NEL' ELSE 'NELNE' END AS point_of_delivery
        FROM (SELECT provider_code, spell_number,
            arg_min(person_id, episode_number) FILTER (WHERE person_id IS NOT NULL) AS person_id,
            arg_min(admission_date, episode_number) AS admitted, arg_max(discharge_date, episode_number) AS activity_on,
            arg_min(admission_method, episode_number) AS admission_method,
            arg_min(patient_classification, episode_number) AS patient_classification,
            arg_min(hrg_code, episode_number) AS hrg_code,
            arg_min(treatment_function_code, episode_number) AS treatment_function_code,
            arg_min(age_on_admission, episode_number) FILTER (WHERE age_on_admission IS NOT NULL) AS age_years,
            arg_min(practice_code, episode_number) FILTER (WHERE practice_code IS NOT NULL) AS noted_code,
            sum(unpaid_days) AS unpaid_days,
            coalesce(bool_or(regexp_matches(replace(primary_diagnosis, '.', ''), '{given["restricted_diagnosis"]}')), FALSE)
            OR coalesce(bool_or(regexp_matches(replace(primary_procedure, '.', ''), '{given["restricted_procedure"]}')), FALSE)
            OR bool_or(regexp_matches(treatment_function_code, '{given["restricted_specialty"]}')) AS is_restricted
        FROM good_admitted_care GROUP BY provider_code, spell_number)"""
    )
    connection.execute(
        f"""CREATE VIEW contacts AS
        SELECT provider_code, person_id, activity_on, point_of_delivery, treatment_function_code, hrg_code, age_years, noted_code,
            is_restricted, CASE WHEN point_of_delivery = 'DC' THEN 0
                ELSE greatest(date_diff('day', admitted, activity_on) - unpaid_days, 0) END AS paid_stay_days
        FROM spells
        UNION ALL SELECT provider_code, person_id, attendance_date,
            CASE attendance_type WHEN 'first' THEN 'OPFA' WHEN 'follow_up' THEN 'OPFUP' ELSE 'OPPROC' END,
            treatment_function_code, hrg_code, age, practice_code,
            regexp_matches(treatment_function_code, '{given["restricted_specialty"]}'), 0 FROM good_outpatients
        UNION ALL SELECT provider_code, person_id, arrival_date, 'AE', '180', hrg_code, age, practice_code, FALSE, 0
        FROM good_accident_and_emergency"""
    )
    connection.execute(
        f"""CREATE TABLE facts AS
        SELECT provider_code, CASE WHEN NOT is_restricted THEN person_id END AS person_id,
            year(activity_on) * 100 + month(activity_on) AS month, point_of_delivery,
            treatment_function_code, hrg_code, paid_stay_days, age_years, is_restricted, attribution,
            CASE WHEN attribution IN ('registered', 'corrected') THEN list_code
                WHEN attribution = 'recorded' THEN note_code ELSE 'not-attributed' END AS practice_code
        FROM (SELECT f.*, CASE WHEN list_code IS NOT NULL AND l.practice_code IS NULL THEN 'unknown_practice'
                WHEN list_code IS NOT NULL AND coalesce(note_code, list_code) = list_code THEN 'registered'
                WHEN list_code IS NOT NULL THEN 'corrected'
                WHEN person_id IS NOT NULL THEN 'not_registered'
                WHEN n.commissioner_code IN {listed(given["commissioners"])}
                    AND activity_on <= coalesce(CAST(n.closed_on AS DATE), activity_on) THEN 'recorded'
                ELSE 'unknown_practice' END AS attribution
            FROM (SELECT c.*, coalesce(lh.new_code, r.practice_code) AS list_code, coalesce(nh.new_code, noted_code) AS note_code
                FROM contacts AS c
                LEFT JOIN ({registers}) AS r ON c.person_id = r.person_id AND activity_on >= r.starts_on AND activity_on < r.ends_before
                    {of_its_kind}
                LEFT JOIN heirs AS lh ON r.practice_code = lh.old_code AND activity_on >= lh.starts_on AND activity_on < lh.ends_before
                LEFT JOIN heirs AS nh ON noted_code = nh.old_code AND activity_on >= nh.starts_on AND activity_on < nh.ends_before) AS f
            LEFT JOIN practices AS l ON list_code = l.practice_code
            LEFT JOIN practices AS n ON note_code = n.practice_code)"""
    )


def _cost(connection: duckdb.DuckDBPyConnection, work: Asked) -> Found:
    given = work.given
    whole = "100 * excess_days * day_price" if given["top_up_on_whole"] else "0"
    connection.execute(
        f"""CREATE TABLE cells AS
        SELECT month, practice_code, provider_code, point_of_delivery, specialty, attribution,
            count(*) AS contacts, sum(excess_days)::BIGINT AS excess_days, sum(
                ((price_pence * paid_percent * 100 + excess_days * day_price * 10000
                  + (price_pence * paid_percent + {whole}) * top_up_percent) * mff + 5000000000) // 10000000000)::BIGINT AS pence
        FROM (SELECT month, practice_code, f.provider_code, f.point_of_delivery, attribution,
                CASE WHEN is_restricted THEN 'pooled' ELSE treatment_function_code END AS specialty,
                price_pence, coalesce(excess_day_price_pence, 0) AS day_price, top_up_percent,
                market_forces_factor_millionths AS mff,
                CASE WHEN f.point_of_delivery = 'NEL' AND age_years >= {given["adult_age"]}
                    AND paid_stay_days < {given["short_stay_below_days"]} AND is_short_stay_reducible
                    THEN short_stay_percent ELSE 100 END AS paid_percent,
                coalesce(greatest(paid_stay_days - trim_point_days, 0), 0) AS excess_days
            FROM facts AS f
            JOIN prices AS p ON f.hrg_code = p.hrg_code AND f.point_of_delivery = p.point_of_delivery
            JOIN factors AS m ON f.provider_code = m.provider_code
            WHERE month BETWEEN {given["first_month"]} AND {given["last_month"]})
        GROUP BY ALL"""
    )
    contacts, people = _one(connection, "SELECT count(*), sum(person_id % 1000003)::BIGINT FROM facts")
    costed, days, pence, unplaced, unplaced_pence = _one(
        connection,
        "SELECT sum(contacts), sum(excess_days), sum(pence), sum(contacts) FILTER (WHERE practice_code = 'not-attributed'), "
        "sum(pence) FILTER (WHERE practice_code = 'not-attributed') FROM cells",
    )
    cells = _one(
        connection,
        "SELECT count(*) FROM (SELECT DISTINCT month, practice_code, provider_code, point_of_delivery, specialty FROM cells)",
    )[0]
    reasons = connection.execute(
        "SELECT attribution, sum(contacts) FROM cells WHERE practice_code = 'not-attributed' GROUP BY 1"
    ).fetchall()
    return {
        "contacts": contacts, "people": people, "unpriced": contacts - costed, "costed": costed, "excess_days": days,
        "cost_pence": pence, "cells": cells, "unplaced": unplaced, "unplaced_pence": unplaced_pence,
    } | {f"unplaced {reason}": n for reason, n in reasons}  # fmt: skip


def _state(connection: duckdb.DuckDBPyConnection, work: Asked) -> Found:
    month, first = work.given["stated_month"], work.given["first_month"]
    names = ("month actual", "month budget", "year_to_date actual", "year_to_date budget", "lines", "forecast")
    values = _one(
        connection,
        f"""SELECT sum(month_actual), sum(month_budget), sum(actual), sum(budget), count(*),
            sum(CAST(round(actual / (budget / year_budget)) AS BIGINT))
        FROM (SELECT practice_code, point_of_delivery, sum(budget_pence)::BIGINT AS year_budget,
                sum(budget_pence) FILTER (WHERE month <= {month})::BIGINT AS budget,
                coalesce(sum(budget_pence) FILTER (WHERE month = {month}), 0)::BIGINT AS month_budget FROM profile GROUP BY ALL)
        FULL JOIN (SELECT practice_code, point_of_delivery, sum(pence)::BIGINT AS actual,
                coalesce(sum(pence) FILTER (WHERE month = {month}), 0)::BIGINT AS month_actual
            FROM cells WHERE month BETWEEN {first} AND {month} AND practice_code <> 'not-attributed' GROUP BY ALL)
        USING (practice_code, point_of_delivery)""",
    )
    found = dict(zip(names, map(int, values), strict=True))
    return found | {
        f"{period} variance": found[f"{period} actual"] - found[f"{period} budget"]
        for period in ("month", "year_to_date")
    }


if __name__ == "__main__":
    main()
