"""Peer: Polars, lazy and streaming; the register joined by person and filtered by date; pseudonyms over distinct numbers."""

from __future__ import annotations

import hashlib
import hmac

import polars as pl
from benchmarks.contenders.answering import Asked, asked

KINDS = {
    "admitted_care": (["provider_code", "spell_number", "episode_number"], "discharge_date"),
    "outpatients": (["provider_code", "attendance_number"], "attendance_date"),
    "accident_and_emergency": (["provider_code", "attendance_number"], "arrival_date"),
}
FAR = pl.date(9999, 12, 31)
Found = dict[str, int]
c = pl.col


def main() -> None:
    """Do what is asked."""
    work = asked()
    pl.Config.set_engine_affinity("streaming")
    found: Found = {}
    if work.work == "raw":
        people = _pseudonyms(work)
        register = _register(work, people, found)
        work.stage("register")
        kinds = {kind: _judge(work, kind, people, found) for kind in KINDS}
        work.stage("reading")
        facts = _attribute(_contacts(kinds, work), register, work)
        work.stage("facts")
    else:
        facts = pl.scan_parquet(work.facts)
    cells = _cost(facts, work, found)
    work.stage("costing and cells")
    found |= _state(cells, work)
    work.stage("statement")
    work.answer(found)


def _pseudonyms(work: Asked) -> pl.LazyFrame:
    key = bytes.fromhex(work.given["key"])
    files = [
        str(work.data / "register" / "registrations.parquet"),
        *(file for kind in KINDS for file in work.deliveries(kind)),
    ]
    number = c("nhs_number").cast(pl.Int64)
    weighted = pl.sum_horizontal((11 - place) * (number // 10 ** (10 - place) % 10) for place in range(1, 11))
    valid = (
        pl.concat([pl.scan_parquet(file).select("nhs_number") for file in files])
        .filter(c("nhs_number").str.contains("^[0-9]{10}$"))
        .unique()
        .filter((weighted % 11 == 0) & (number % 1_111_111_111 != 0))
        .collect()["nhs_number"]
    )
    ids = [int.from_bytes(hmac.digest(key, text.encode(), hashlib.sha256)[:8], "big") >> 4 for text in valid]
    return pl.DataFrame({"nhs_number": valid, "person_id": pl.Series(ids, dtype=pl.Int64)}).lazy()


def _register(work: Asked, people: pl.LazyFrame, found: Found) -> pl.DataFrame:
    rows = (
        pl.scan_parquet(work.data / "register" / "registrations.parquet")
        .with_row_index("row_at")
        .join(people, on="nhs_number", how="left")
        .select(
            "row_at", "person_id", "practice_code", "starts_on", c("ends_before").fill_null(FAR),
            pl.when(c("nhs_number").is_null()).then(pl.lit("nhs_number_missing"))
            .when(c("person_id").is_null()).then(pl.lit("nhs_number_invalid"))
            .when(c("ends_before") <= c("starts_on")).then(pl.lit("ends_before_start")).alias("refused"),
        )
        .collect()
    )  # fmt: skip
    good = rows.filter(c("refused").is_null())
    several = good.group_by("person_id").len().filter(c("len") > 1)
    doubted = (
        good.join(several, on="person_id", how="semi")
        .sort("person_id", "starts_on", "row_at")
        .with_columns(is_repeated=c("starts_on").eq_missing(c("starts_on").shift().over("person_id")))
    )
    once = doubted.filter(~c("is_repeated")).with_columns(
        overlaps=(c("ends_before").cum_max().shift().over("person_id") > c("starts_on")).fill_null(False)
    )
    found["delivered registrations"] = rows.height
    found |= {f"refused registrations {rule}": n for rule, n in rows["refused"].drop_nulls().value_counts().iter_rows()}
    found["refused registrations repeated_key"] = doubted["is_repeated"].sum()
    found["refused registrations two_registrations_at_once"] = once["overlaps"].sum()
    wanted = ["person_id", "practice_code", "starts_on", "ends_before"]
    return pl.concat([
        good.join(several, on="person_id", how="anti").select(wanted), once.filter(~c("overlaps")).select(wanted)
    ])  # fmt: skip


def _judge(work: Asked, kind: str, people: pl.LazyFrame, found: Found) -> pl.DataFrame:
    key, day = KINDS[kind]
    first, last = pl.date(1900, 1, 1), pl.lit(work.given["last_day"]).str.to_date()
    stays = kind == "admitted_care"
    days = [day, "admission_date", "episode_start_date", "episode_end_date"] if stays else [day]
    refused = pl.when(pl.any_horizontal(~c(name).is_between(first, last) for name in days)).then(
        pl.lit("impossible_date")
    )
    if stays:
        refused = (
            refused.when(c("discharge_date") < c("admission_date")).then(pl.lit("discharge_before_admission"))
            .when(
                (c("episode_end_date") < c("episode_start_date")) | (c("episode_start_date") < c("admission_date"))
                | (c("episode_end_date") > c("discharge_date"))
            ).then(pl.lit("episode_outside_stay"))
        )  # fmt: skip
    rows = (
        pl.scan_parquet(work.deliveries(kind))
        .with_row_index("row_at")
        .join(people, on="nhs_number", how="left")
        .with_columns(refused.alias("refused"))
        .collect()
    )
    good = rows.filter(c("refused").is_null())
    several = good.group_by(key).len().filter(c("len") > 1)
    doubted = good.join(several, on=key, how="semi").sort("row_at")
    kept = doubted.unique(key, keep="first")
    found[f"delivered {kind}"] = rows.height
    found |= {f"refused {kind} {rule}": n for rule, n in rows["refused"].drop_nulls().value_counts().iter_rows()}
    found[f"refused {kind} repeated_key"] = doubted.height - kept.height
    for state, count in (
        ("missing", rows["nhs_number"].null_count()),
        ("invalid", rows["person_id"].null_count() - rows["nhs_number"].null_count()),
    ):
        found[f"nhs_number {state}"] = found.get(f"nhs_number {state}", 0) + count
    return pl.concat([good.join(several, on=key, how="anti"), kept])


def _contacts(kinds: dict[str, pl.DataFrame], work: Asked) -> pl.LazyFrame:
    given = work.given
    order = c("episode_number")

    def first(name: str) -> pl.Expr:
        return c(name).sort_by(order).first()

    def first_filled(name: str) -> pl.Expr:
        return c(name).sort_by(order).drop_nulls().first()

    restricted = pl.any_horizontal(
        c("primary_diagnosis")
        .str.replace_all(".", "", literal=True)
        .str.contains(given["restricted_diagnosis"])
        .fill_null(False),
        c("primary_procedure")
        .str.replace_all(".", "", literal=True)
        .str.contains(given["restricted_procedure"])
        .fill_null(False),
        c("treatment_function_code").str.contains(given["restricted_specialty"]),
    )
    # most stays have one episode, and nothing to choose between
    episodes = kinds["admitted_care"].lazy().with_columns(is_restricted=restricted)
    spells = episodes.group_by("provider_code", "spell_number").agg(
        first_filled("person_id"), first("admission_date"), c("discharge_date").sort_by(order).last(),
        first("admission_method"), first("patient_classification"), first("hrg_code"), first("treatment_function_code"),
        first_filled("age_on_admission").alias("age_years"), first_filled("practice_code").alias("note_code"),
        c("unpaid_days").cast(pl.Int64).sum(), c("is_restricted").any(),
    )  # fmt: skip
    elective = c("admission_method").is_in(given["elective"])
    spells = spells.with_columns(
        point_of_delivery=pl.when(elective & c("patient_classification").is_in(["2", "3"])).then(pl.lit("DC"))
        .when(elective).then(pl.lit("EL"))
        .when(c("admission_method").is_in(given["emergency"])).then(pl.lit("NEL")).otherwise(pl.lit("NELNE")),
    )  # fmt: skip
    stay = (c("discharge_date") - c("admission_date")).dt.total_days() - c("unpaid_days")
    wanted = [
        "provider_code", "person_id", "activity_on", "point_of_delivery", "treatment_function_code", "hrg_code",
        "paid_stay_days", "age_years", "note_code", "is_restricted",
    ]  # fmt: skip
    none = pl.lit(0, dtype=pl.Int64).alias("paid_stay_days")
    kind = {"first": "OPFA", "follow_up": "OPFUP", "procedure": "OPPROC"}
    return pl.concat([
        spells.with_columns(
            activity_on="discharge_date",
            paid_stay_days=pl.when(c("point_of_delivery") == "DC").then(0).otherwise(pl.max_horizontal(stay, 0)),
        ).select(wanted),
        kinds["outpatients"].lazy().with_columns(
            none, activity_on="attendance_date", age_years="age", note_code="practice_code",
            point_of_delivery=c("attendance_type").replace_strict(kind, return_dtype=pl.String),
            is_restricted=c("treatment_function_code").str.contains(given["restricted_specialty"]),
        ).select(wanted),
        kinds["accident_and_emergency"].lazy().with_columns(
            none, activity_on="arrival_date", age_years="age", note_code="practice_code", point_of_delivery=pl.lit("AE"),
            treatment_function_code=pl.lit("180"), is_restricted=pl.lit(False),
        ).select(wanted),
    ], how="vertical_relaxed")  # fmt: skip


def _attribute(contacts: pl.LazyFrame, register: pl.DataFrame, work: Asked) -> pl.LazyFrame:
    practices = pl.read_csv(work.data / "register" / "practices.csv", try_parse_dates=True).select(
        "practice_code", payer="commissioner_code", closed_on=c("closed_on").cast(pl.Date)
    )
    heirs = pl.read_csv(work.data / "register" / "memberships.csv", try_parse_dates=True).filter(
        c("relation") == "succeeds"
    )
    numbered = contacts.with_row_index("contact")
    on_list = (
        numbered.select("contact", "person_id", "activity_on")
        .join(register.lazy(), on="person_id")
        .filter((c("starts_on") <= c("activity_on")) & (c("activity_on") < c("ends_before")))
        .select("contact", list_code="practice_code")
    )
    facts = numbered.join(on_list, on="contact", how="left")
    for heir in heirs.iter_rows(named=True):
        facts = facts.with_columns(
            pl.when((c(name) == heir["parent_code"]) & (c("activity_on") >= heir["starts_on"]))
            .then(pl.lit(heir["member_code"])).otherwise(c(name)).alias(name)
            for name in ("list_code", "note_code")
        )  # fmt: skip
    listed = practices.select(list_code="practice_code", is_known=pl.lit(True)).lazy()
    noted = practices.select(note_code="practice_code", note_payer="payer", note_closed="closed_on").lazy()
    is_listed = c("list_code").is_not_null()
    ours = c("note_payer").is_in(work.given["commissioners"]) & (c("activity_on") <= c("note_closed").fill_null(FAR))
    attribution = (
        pl.when(is_listed & c("is_known").is_null()).then(pl.lit("unknown_practice"))
        .when(is_listed & (pl.coalesce("note_code", "list_code") == c("list_code"))).then(pl.lit("registered"))
        .when(is_listed).then(pl.lit("corrected"))
        .when(c("person_id").is_not_null()).then(pl.lit("not_registered"))
        .when(ours).then(pl.lit("recorded")).otherwise(pl.lit("unknown_practice"))
    )  # fmt: skip
    return (
        facts.join(listed, on="list_code", how="left").join(noted, on="note_code", how="left")
        .with_columns(attribution=attribution, month=c("activity_on").dt.year() * 100 + c("activity_on").dt.month())
        .with_columns(
            person_id=pl.when(~c("is_restricted")).then("person_id"),
            practice_code=pl.when(c("attribution").is_in(["registered", "corrected"])).then("list_code")
            .when(c("attribution") == "recorded").then("note_code").otherwise(pl.lit("not-attributed")),
        )
        .select(
            "provider_code", "person_id", "month", "point_of_delivery", "treatment_function_code", "hrg_code",
            "paid_stay_days", "age_years", "is_restricted", "attribution", "practice_code",
        )
        .collect().lazy()
    )  # fmt: skip


def _cost(facts: pl.LazyFrame, work: Asked, found: Found) -> pl.DataFrame:
    given, folder = work.given, work.data / "tariff" / work.given["year"]
    prices = pl.read_csv(folder / "tariff_prices.csv").lazy()
    factors = pl.read_csv(folder / "provider_factors.csv").lazy()
    short = (
        (c("point_of_delivery") == "NEL") & (c("age_years") >= given["adult_age"])
        & (c("paid_stay_days") < given["short_stay_below_days"]) & c("is_short_stay_reducible")
    )  # fmt: skip
    extra = c("excess_days") * c("excess_day_price_pence").fill_null(0)
    base = c("price_pence") * c("paid_percent")
    top_up = (base + (100 * extra if given["top_up_on_whole"] else 0)) * c("top_up_percent")
    scaled = (base * 100 + extra * 10_000 + top_up) * c("market_forces_factor_millionths")
    cells = (
        facts.filter(c("month").is_between(given["first_month"], given["last_month"]))
        .join(prices, on=["hrg_code", "point_of_delivery"])
        .join(factors, on="provider_code")
        .with_columns(
            paid_percent=pl.when(short).then(c("short_stay_percent")).otherwise(100),
            excess_days=(c("paid_stay_days").cast(pl.Int64) - c("trim_point_days").cast(pl.Int64))
            .clip(lower_bound=0)
            .fill_null(0),
            specialty=pl.when("is_restricted").then(pl.lit("pooled")).otherwise("treatment_function_code"),
        )
        .with_columns(pence=(scaled + 5_000_000_000) // 10_000_000_000)
        .group_by("month", "practice_code", "provider_code", "point_of_delivery", "specialty", "attribution")
        .agg(contacts=pl.len().cast(pl.Int64), excess_days=c("excess_days").sum(), pence=c("pence").sum())
        .collect()
    )
    counted = facts.select(contacts=pl.len(), people=(c("person_id") % 1_000_003).sum()).collect().row(0, named=True)
    apart = cells.filter(c("practice_code") == "not-attributed")
    found |= counted | {
        "unpriced": counted["contacts"] - cells["contacts"].sum(), "costed": cells["contacts"].sum(),
        "excess_days": cells["excess_days"].sum(), "cost_pence": cells["pence"].sum(),
        "cells": cells.n_unique(["month", "practice_code", "provider_code", "point_of_delivery", "specialty"]),
        "unplaced": apart["contacts"].sum(), "unplaced_pence": apart["pence"].sum(),
    }  # fmt: skip
    found |= {f"unplaced {why}": n for why, n in apart.group_by("attribution").agg(c("contacts").sum()).iter_rows()}
    return cells


def _state(cells: pl.DataFrame, work: Asked) -> Found:
    month, first = work.given["stated_month"], work.given["first_month"]
    key = ["practice_code", "point_of_delivery"]
    in_month = c("month") == month
    budgets = pl.read_parquet(work.data / "profile.parquet").group_by(key).agg(
        year_budget=c("budget_pence").sum(), budget=c("budget_pence").filter(c("month") <= month).sum(),
        month_budget=c("budget_pence").filter(in_month).sum(),
    )  # fmt: skip
    actuals = (
        cells.filter(c("month").is_between(first, month) & (c("practice_code") != "not-attributed"))
        .group_by(key)
        .agg(actual=c("pence").sum(), month_actual=c("pence").filter(in_month).sum())
    )
    lines = budgets.join(actuals, on=key, how="full", coalesce=True).fill_null(0)
    forecast = (lines["actual"] / (lines["budget"] / lines["year_budget"])).round().cast(pl.Int64)
    totals = {name: lines[name].sum() for name in lines.columns[2:]}
    return {
        "month actual": totals["month_actual"], "month budget": totals["month_budget"],
        "month variance": totals["month_actual"] - totals["month_budget"],
        "year_to_date actual": totals["actual"], "year_to_date budget": totals["budget"],
        "year_to_date variance": totals["actual"] - totals["budget"], "lines": lines.height, "forecast": forecast.sum(),
    }  # fmt: skip


if __name__ == "__main__":
    main()
