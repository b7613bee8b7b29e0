"""NHS numbers and pseudonyms worked out in SQL agree with libraries that know nothing of it, digit for digit."""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path

import duckdb
import nhs_number
import numpy as np
import polars as pl
import pytest

from pbc.engines import Engine
from pbc.engines.duckdb_engine import DuckDBEngine
from pbc.sources.deliveries import read_registrations
from pbc.sources.deliveries.judging import ten_digits_sql
from pbc.sources.pseudonym import key_fingerprint, pads, passes_check_sql, pseudonym_of, pseudonym_sql
from pbc.sources.synthetic.nhs_numbers import made_up_nhs_numbers

LUCK = np.random.default_rng(11)
KEYS = [bytes(range(32)), LUCK.bytes(64), LUCK.bytes(65), LUCK.bytes(200)]  # shorter, equal and longer than a block


@pytest.mark.parametrize("key", KEYS)
def test_pseudonym_is_python_hmac(key: bytes) -> None:
    texts = [*map(str, made_up_nhs_numbers(np.arange(500))), "TESTMwHQsqk0XULYcf7azzXNqqYGiJjf", "é"]
    with duckdb.connect() as connection:
        connection.register("people", pl.DataFrame({"text": texts}).to_arrow())
        found = connection.execute(f"SELECT text, {pseudonym_sql('text')} FROM people", pads(key)).fetchall()
    expected = {text: int(hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:15], 16) for text in texts}
    assert dict(found) == expected
    assert {text: pseudonym_of(text, key=key) for text in texts} == expected


def test_check_digit_agrees_with_the_library_on_a_hundred_thousand_numbers() -> None:
    numbers = [f"{number:010d}" for number in LUCK.integers(0, 10**10, 100_000)]
    numbers += [f"{digit}" * 10 for digit in range(10)] + ["0000000000", "9434765919", "9434765918"]
    with duckdb.connect() as connection:
        connection.register("numbers", pl.DataFrame({"text": numbers}).to_arrow())
        found = connection.execute(
            f"SELECT text, {passes_check_sql('number')} FROM (SELECT text, {ten_digits_sql('text')} AS number FROM numbers)"
        ).fetchall()
    ten_alike = {f"{digit}" * 10 for digit in range(10)}
    for text, passes in found:
        # the library accepts ten equal digits, which always pass; to us they are a placeholder, not a person
        by_library = nhs_number.calculate_checksum(text[:9]) == int(text[9])
        assert passes == (by_library and text not in ten_alike), text


@pytest.mark.parametrize(
    ("text", "number"),
    [("943 476 5919", 9434765919), ("943-476-5919", 9434765919), ("9434765919", 9434765919), ("0123456789", 123456789),
     ("94347 65919", None), ("943476591", None), ("94347659190", None), ("943476591X", None), ("٩٤٣٤٧٦٥٩١٩", None)],
)  # fmt: skip
def test_only_ten_plain_digits_are_a_number(text: str, number: int | None) -> None:
    with duckdb.connect() as connection:
        assert connection.execute(f"SELECT {ten_digits_sql('$text')}", {"text": text}).fetchall() == [(number,)]


def test_published_rows_carry_the_pseudonym_of_the_number_delivered(tmp_path: Path) -> None:
    key, numbers = KEYS[1], [str(number) for number in made_up_nhs_numbers(np.arange(30))]
    path = tmp_path / "registrations.csv"
    rows = [f"{number},Z9{at:04d},2001-04-01,,1950,1" for at, number in enumerate(numbers)]
    path.write_text("\n".join(["nhs_number,practice_code,starts_on,ends_before,birth_year,sex", *rows]) + "\n")
    with DuckDBEngine() as engine:
        read = read_registrations(engine, [path], key=key, delivery="register")
        held = dict(read.rows.frame().select("practice_code", "person_id").iter_rows())
    assert held == {f"Z9{at:04d}": pseudonym_of(number, key=key) for at, number in enumerate(numbers)}


def test_two_keys_give_two_worlds_and_their_fingerprints_tell_nothing() -> None:
    assert pseudonym_of("9434765919", key=KEYS[0]) != pseudonym_of("9434765919", key=KEYS[1])
    prints = [key_fingerprint(key) for key in KEYS]
    assert len(set(prints)) == len(KEYS)
    assert not any(key.hex()[:16] in prints for key in KEYS)


@pytest.mark.spark
def test_spark_is_handed_the_same_accepted_rows(spark_engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "registrations.csv"
    numbers = [str(number) for number in made_up_nhs_numbers(np.arange(30))]
    rows = [f"{number},Z9{at % 7:04d},2001-04-01,,{'old' if at == 3 else 1950},1" for at, number in enumerate(numbers)]
    path.write_text("\n".join(["nhs_number,practice_code,starts_on,ends_before,birth_year,sex", *rows, rows[0]]) + "\n")
    with DuckDBEngine() as engine:
        here = read_registrations(engine, [path], key=KEYS[0], delivery="register")
        there = read_registrations(spark_engine, [path], key=KEYS[0], delivery="register")
        assert there.rows.frame().sort("person_id").equals(here.rows.frame().sort("person_id"))
        assert there.rejected.equals(here.rejected)
        assert there.counts == here.counts
        there.release()
