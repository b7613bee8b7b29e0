"""Peer: pandas as a careful analyst writes it: vectorised, Arrow-backed text, no loop but over distinct NHS numbers."""

from __future__ import annotations

import hashlib
import hmac

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from benchmarks.contenders.answering import Asked, asked

KINDS = {
    "admitted_care": (["provider_code", "spell_number", "episode_number"], "discharge_date"),
    "outpatients": (["provider_code", "attendance_number"], "attendance_date"),
    "accident_and_emergency": (["provider_code", "attendance_number"], "arrival_date"),
}
FAR = pd.Timestamp(2261, 12, 31)
NEEDED = [
    "month", "provider_code", "person_id", "point_of_delivery", "treatment_function_code", "hrg_code", "paid_stay_days",
    "age_years", "practice_code", "attribution", "is_restricted",
]  # fmt: skip
Found = dict[str, int]


def main() -> None:
    """Do what is asked."""
    work = asked()
    found: Found = {}
    if work.work == "raw":
        kinds = {kind: _load(work.deliveries(kind)) for kind in KINDS}
        registrations = _load([str(work.data / "register" / "registrations.parquet")])
        people = _pseudonyms([registrations, *kinds.values()], bytes.fromhex(work.given["key"]))
        register = _register(registrations, people, found)
        work.stage("register")
        for kind, rows in kinds.items():
            kinds[kind] = _judge(rows, kind, people, work, found)
        work.stage("reading")
        facts = _attribute(_contacts(kinds, work), register, work)
        work.stage("facts")
    else:
        facts = _load([str(path) for path in work.facts], columns=NEEDED)
    cells = _cost(facts, work, found)
    work.stage("costing and cells")
    found |= _state(cells, work)
    work.stage("statement")
    work.answer(found)


def _load(files: list[str], *, columns: list[str] | None = None) -> pd.DataFrame:
    tables = [pq.read_table(file, columns=columns) for file in files]
    # a person_id with gaps would otherwise pass through a float and lose its last digits
    frame = pa.concat_tables(tables).to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
    for name in frame.columns:
        if name.endswith(("_date", "_on", "_before")):
            frame[name] = pd.to_datetime(frame[name])
    return frame


def _pseudonyms(frames: list[pd.DataFrame], key: bytes) -> pd.Series:
    distinct = pd.unique(pd.concat([frame["nhs_number"] for frame in frames], ignore_index=True).dropna())
    texts = pd.Series(distinct, dtype="str")
    texts = texts[texts.str.fullmatch("[0-9]{10}")]
    number = texts.astype("int64")
    weighted = sum((11 - place) * ((number // 10 ** (10 - place)) % 10) for place in range(1, 11))
    valid = texts[(weighted % 11 == 0) & (number % 1_111_111_111 != 0)]
    ids = [int.from_bytes(hmac.digest(key, text.encode(), hashlib.sha256)[:8], "big") >> 4 for text in valid]
    return pd.Series(ids, index=pd.Index(valid), dtype="Int64")  # int64 with gaps would pass through a float


def _register(rows: pd.DataFrame, people: pd.Series, found: Found) -> pd.DataFrame:
    found["delivered registrations"] = len(rows)
    rows["person_id"] = rows["nhs_number"].map(people).astype("Int64")
    rows["ends_before"] = rows["ends_before"].fillna(FAR)
    missing, invalid = rows["nhs_number"].isna(), rows["nhs_number"].notna() & rows["person_id"].isna()
    backwards = ~missing & ~invalid & (rows["ends_before"] <= rows["starts_on"])
    good = rows[~(missing | invalid | backwards)]
    repeated = good.duplicated(["person_id", "starts_on"])
    once = good[~repeated].sort_values(["person_id", "starts_on"])
    held_until = once.groupby("person_id")["ends_before"].cummax().groupby(once["person_id"]).shift()
    overlaps = held_until > once["starts_on"]
    found |= {
        "refused registrations nhs_number_missing": missing.sum(),
        "refused registrations nhs_number_invalid": invalid.sum(),
        "refused registrations ends_before_start": backwards.sum(),
        "refused registrations repeated_key": repeated.sum(),
        "refused registrations two_registrations_at_once": overlaps.sum(),
    }
    return once.loc[~overlaps, ["person_id", "practice_code", "starts_on", "ends_before"]]


def _judge(rows: pd.DataFrame, kind: str, people: pd.Series, work: Asked, found: Found) -> pd.DataFrame:
    key, day = KINDS[kind]
    found[f"delivered {kind}"] = len(rows)
    rows["person_id"] = rows["nhs_number"].map(people).astype("Int64")
    for state, count in (
        ("missing", rows["nhs_number"].isna().sum()),
        ("invalid", (rows["nhs_number"].notna() & rows["person_id"].isna()).sum()),
    ):
        found[f"nhs_number {state}"] = found.get(f"nhs_number {state}", 0) + count
    first, last = pd.Timestamp(1900, 1, 1), pd.Timestamp(work.given["last_day"])
    stays = kind == "admitted_care"
    days = [day, "admission_date", "episode_start_date", "episode_end_date"] if stays else [day]
    rules = {"impossible_date": np.logical_or.reduce([~rows[name].between(first, last) for name in days])}
    if stays:
        rules["discharge_before_admission"] = rows["discharge_date"] < rows["admission_date"]
        rules["episode_outside_stay"] = ~rules["discharge_before_admission"] & (
            (rows["episode_end_date"] < rows["episode_start_date"])
            | (rows["episode_start_date"] < rows["admission_date"])
            | (rows["episode_end_date"] > rows["discharge_date"])
        )
    bad = pd.Series(False, index=rows.index)
    for rule, breaks in rules.items():
        found[f"refused {kind} {rule}"] = (breaks & ~bad).sum()
        bad |= breaks
    good = rows[~bad]
    repeated = good.duplicated(key)
    found[f"refused {kind} repeated_key"] = repeated.sum()
    return good[~repeated]


def _contacts(kinds: dict[str, pd.DataFrame], work: Asked) -> pd.DataFrame:
    given = work.given
    episodes = kinds["admitted_care"].sort_values("episode_number")
    diagnosis, procedure = (
        episodes[name]
        .str.replace(".", "", regex=False)
        .str.match(given[f"restricted_{field}"])
        .fillna(False)
        .astype(bool)
        for name, field in (("primary_diagnosis", "diagnosis"), ("primary_procedure", "procedure"))
    )
    specialty = episodes["treatment_function_code"].str.match(given["restricted_specialty"]).astype(bool)
    episodes = episodes.assign(is_restricted=diagnosis | procedure | specialty)
    first_of = ["admission_date", "admission_method", "patient_classification", "hrg_code", "treatment_function_code"]
    may_be_empty = ["person_id", "age_on_admission", "practice_code"]  # GroupBy.first takes the first that is filled
    grouped = episodes.groupby(["provider_code", "spell_number"], sort=False)
    spells = (
        grouped[[*first_of, *may_be_empty]]
        .first()
        .join(
            grouped.agg(
                activity_on=("discharge_date", "last"),
                unpaid_days=("unpaid_days", "sum"),
                is_restricted=("is_restricted", "any"),
            )
        )
    )
    spells = spells.reset_index()
    elective = spells["admission_method"].isin(given["elective"])
    emergency = spells["admission_method"].isin(given["emergency"])
    day_case = elective & spells["patient_classification"].isin(["2", "3"])
    spells["point_of_delivery"] = np.select([day_case, elective, emergency], ["DC", "EL", "NEL"], "NELNE")
    stay = (spells["activity_on"] - spells["admission_date"]).dt.days - spells["unpaid_days"]
    spells["paid_stay_days"] = np.where(day_case, 0, np.maximum(stay, 0))
    spells = spells.rename(columns={"age_on_admission": "age_years"})
    seen = kinds["outpatients"].rename(columns={"attendance_date": "activity_on", "age": "age_years"})
    seen = seen.assign(
        point_of_delivery=seen["attendance_type"].map({"first": "OPFA", "follow_up": "OPFUP", "procedure": "OPPROC"}),
        is_restricted=seen["treatment_function_code"].str.match(given["restricted_specialty"]).astype(bool),
        paid_stay_days=0,
    )
    arrived = kinds["accident_and_emergency"].rename(columns={"arrival_date": "activity_on", "age": "age_years"})
    arrived = arrived.assign(
        point_of_delivery="AE", treatment_function_code="180", is_restricted=False, paid_stay_days=0
    )
    wanted = [
        "provider_code", "person_id", "activity_on", "point_of_delivery", "treatment_function_code", "hrg_code",
        "paid_stay_days", "age_years", "practice_code", "is_restricted",
    ]  # fmt: skip
    return pd.concat([spells[wanted], seen[wanted], arrived[wanted]], ignore_index=True)


def _attribute(contacts: pd.DataFrame, register: pd.DataFrame, work: Asked) -> pd.DataFrame:
    practices = pd.read_csv(work.data / "register" / "practices.csv", parse_dates=["closed_on"])
    heirs = pd.read_csv(work.data / "register" / "memberships.csv")
    heirs = heirs[heirs["relation"] == "succeeds"]
    contacts = contacts.rename(columns={"practice_code": "note_code"})
    register = register.rename(columns={"practice_code": "list_code"})
    known = contacts.dropna(subset=["person_id"]).sort_values("activity_on")
    unknown = contacts[contacts["person_id"].isna()].assign(list_code=None)
    placed = pd.merge_asof(
        known, register.sort_values("starts_on"), left_on="activity_on", right_on="starts_on", by="person_id"
    )
    placed["list_code"] = placed["list_code"].where(placed["activity_on"] < placed["ends_before"])
    facts = pd.concat([placed.drop(columns=["starts_on", "ends_before"]), unknown], ignore_index=True)
    for heir in heirs.itertuples():
        taken_over = facts["activity_on"] >= pd.Timestamp(heir.starts_on)
        for name in ("list_code", "note_code"):
            facts.loc[taken_over & (facts[name] == heir.parent_code), name] = heir.member_code
    payer = practices.set_index("practice_code")["commissioner_code"]
    closed = practices.set_index("practice_code")["closed_on"]
    listed, ours = facts["list_code"].notna(), facts["note_code"].map(payer).isin(work.given["commissioners"])
    still_open = facts["activity_on"] <= facts["note_code"].map(closed).fillna(FAR)
    agreed = facts["note_code"].fillna(facts["list_code"]) == facts["list_code"]
    rules = [
        listed & ~facts["list_code"].isin(payer.index), listed & agreed, listed, facts["person_id"].notna(), ours & still_open,
    ]  # fmt: skip
    names = ["unknown_practice", "registered", "corrected", "not_registered", "recorded"]
    facts["attribution"] = np.select(rules, names, "unknown_practice")
    by_list, by_note = facts["attribution"].isin(["registered", "corrected"]), facts["attribution"] == "recorded"
    facts["practice_code"] = facts["list_code"].where(by_list, facts["note_code"].where(by_note, "not-attributed"))
    facts["person_id"] = facts["person_id"].where(~facts["is_restricted"].astype(bool))
    facts["month"] = facts["activity_on"].dt.year * 100 + facts["activity_on"].dt.month
    return facts


def _cost(facts: pd.DataFrame, work: Asked, found: Found) -> pd.DataFrame:
    given, folder = work.given, work.data / "tariff" / work.given["year"]
    prices, factors = pd.read_csv(folder / "tariff_prices.csv"), pd.read_csv(folder / "provider_factors.csv")
    within = facts[facts["month"].between(given["first_month"], given["last_month"])]
    rows = within.merge(prices, on=["hrg_code", "point_of_delivery"]).merge(
        factors[["provider_code", "market_forces_factor_millionths"]], on="provider_code"
    )
    short = (rows["point_of_delivery"] == "NEL") & (rows["age_years"] >= given["adult_age"])
    short &= (rows["paid_stay_days"] < given["short_stay_below_days"]) & rows["is_short_stay_reducible"]
    paid_percent = np.where(short.fillna(False).astype(bool), rows["short_stay_percent"], 100)
    trimmed = (rows["paid_stay_days"] - rows["trim_point_days"]).clip(lower=0).fillna(0).astype("int64")
    extra = trimmed * rows["excess_day_price_pence"].fillna(0).astype("int64")
    base = rows["price_pence"] * paid_percent
    top_up = (base + (100 * extra if given["top_up_on_whole"] else 0)) * rows["top_up_percent"]
    scaled = (base * 100 + extra * 10_000 + top_up) * rows["market_forces_factor_millionths"]
    rows = rows.assign(
        pence=(scaled + 5_000_000_000) // 10_000_000_000, excess_days=trimmed,
        specialty=rows["treatment_function_code"].where(~rows["is_restricted"].astype(bool), "pooled"),
    )  # fmt: skip
    keys = ["month", "practice_code", "provider_code", "point_of_delivery", "specialty"]
    cells = rows.groupby(keys, sort=False, observed=True).agg(
        contacts=("pence", "size"), excess_days=("excess_days", "sum"), pence=("pence", "sum")
    ).reset_index()  # fmt: skip
    apart = rows[rows["practice_code"] == "not-attributed"]
    found |= {
        "contacts": len(facts), "people": int((facts["person_id"].dropna().astype("int64") % 1_000_003).sum()),
        "unpriced": len(facts) - len(rows), "costed": len(rows), "excess_days": rows["excess_days"].sum(),
        "cost_pence": rows["pence"].sum(), "cells": len(cells), "unplaced": len(apart), "unplaced_pence": apart["pence"].sum(),
    }  # fmt: skip
    found |= {f"unplaced {reason}": count for reason, count in apart["attribution"].value_counts().items()}
    return cells


def _state(cells: pd.DataFrame, work: Asked) -> Found:
    month, first = work.given["stated_month"], work.given["first_month"]
    key = ["practice_code", "point_of_delivery"]
    profile = pd.read_parquet(work.data / "profile.parquet")
    cells = cells[cells["month"].between(first, month) & (cells["practice_code"] != "not-attributed")]
    parts = {
        "year_budget": profile.groupby(key)["budget_pence"].sum(),
        "budget": profile[profile["month"] <= month].groupby(key)["budget_pence"].sum(),
        "month_budget": profile[profile["month"] == month].groupby(key)["budget_pence"].sum(),
        "actual": cells.groupby(key)["pence"].sum(),
        "month_actual": cells[cells["month"] == month].groupby(key)["pence"].sum(),
    }
    lines = pd.DataFrame(parts).fillna(0)
    forecast = (lines["actual"] / (lines["budget"] / lines["year_budget"])).round().astype("int64")
    totals = {name: int(lines[name].sum()) for name in parts}
    return {
        "month actual": totals["month_actual"], "month budget": totals["month_budget"],
        "month variance": totals["month_actual"] - totals["month_budget"],
        "year_to_date actual": totals["actual"], "year_to_date budget": totals["budget"],
        "year_to_date variance": totals["actual"] - totals["budget"], "lines": len(lines), "forecast": forecast.sum(),
    }  # fmt: skip


if __name__ == "__main__":
    main()
