"""Each planted truth is found again in the delivered rows, in the size the truths tell."""

from __future__ import annotations

import pytest

from pbc.sources.synthetic.telling import SMALLEST_LUCKY_LIST

BILLED_AGAIN = (
    "SELECT coalesce(sum(many - 1), 0) FROM (SELECT count(DISTINCT spell_number) AS many FROM {{apc}}"
    " WHERE provider_code = '{provider}' AND episode_number = 1 AND discharge_date >= DATE '2009-04-01'"
    " AND nhs_number IS NOT NULL GROUP BY nhs_number, admission_date, discharge_date, hrg_code, admission_method)"
)


def test_stays_billed_twice_are_found_by_person_and_dates(planted) -> None:  # type: ignore[no-untyped-def]
    truth = planted.truths["planted"]["billed_twice"]
    found = planted.value(BILLED_AGAIN.format(provider=truth["provider_code"]))
    assert truth["billed_again"] <= found <= truth["billed_again"] + 4  # chance repeats of short stays are rare
    assert 0.007 < truth["billed_again"] / truth["spells"] < 0.020
    assert truth["pounds"] > 0


def test_the_double_biller_is_the_only_one(planted) -> None:  # type: ignore[no-untyped-def]
    assert planted.value(BILLED_AGAIN.format(provider="ZH1")) <= 4


def test_late_rows_arrive_in_the_next_delivery(planted) -> None:  # type: ignore[no-untyped-def]
    truth = planted.truths["planted"]["late_rows"]
    late = planted.value(
        "SELECT count(*) FROM {op} WHERE filename LIKE '%/2009-08/%' AND attendance_date < DATE '2009-08-01'"
    )
    assert late == truth["outpatients"] > 0
    month = planted.value(
        "SELECT count(*) FROM {op} WHERE attendance_date BETWEEN DATE '2009-07-01' AND DATE '2009-07-31'"
    )
    assert late / month == pytest.approx(0.03, abs=0.012)


def test_a_late_stay_arrives_whole(planted) -> None:  # type: ignore[no-untyped-def]
    parted = planted.value(
        "SELECT count(*) FROM (SELECT 1 FROM {apc} GROUP BY provider_code, spell_number HAVING count(DISTINCT filename) > 1)"
    )
    assert parted == 0
    assert planted.truths["planted"]["late_rows"]["admitted_care"] > 0


def test_registrations_move_on_the_day_of_the_merger(planted) -> None:  # type: ignore[no-untyped-def]
    truth = planted.truths["planted"]["merger"]
    old, new = truth["absorbed_practice_code"], truth["survivor_practice_code"]
    assert planted.value(
        f"SELECT count(*) FROM {{registrations}} WHERE practice_code = '{old}'"
        f" AND coalesce(ends_before, DATE '9999-12-31') > DATE '{truth['on']}'"
    ) == 0  # fmt: skip
    moved = planted.value(
        f"SELECT count(*) FROM {{registrations}} AS a JOIN {{registrations}} AS b USING (nhs_number)"
        f" WHERE a.practice_code = '{old}' AND b.practice_code = '{new}' AND a.ends_before = b.starts_on"
        f" AND b.starts_on = DATE '{truth['on']}'"
    )
    assert moved > 300


def test_the_wrongly_charged_practice_stands_on_another_practices_rows(planted) -> None:  # type: ignore[no-untyped-def]
    truth = planted.truths["planted"]["charged_wrongly"]
    registered, charged = truth["registered_practice_code"], truth["charged_practice_code"]
    share = planted.value(
        f"SELECT avg((seen.practice_code = '{charged}')::INT) FROM {{op}} AS seen JOIN {{registrations}} AS held"
        f" ON seen.nhs_number = held.nhs_number AND held.practice_code = '{registered}'"
        " AND seen.attendance_date >= held.starts_on AND seen.attendance_date < coalesce(held.ends_before, DATE '9999-12-31')"
    )
    assert share == pytest.approx(0.04, abs=0.015)


def test_planted_lists_are_young_and_old(planted) -> None:  # type: ignore[no-untyped-def]
    planted_codes = {kind: planted.truths["planted"][kind]["practice_code"] for kind in ("university", "care_home")}
    share = "SELECT avg(({age})::INT) FROM {{registrations}} WHERE practice_code = '{code}' AND ends_before IS NULL"
    young = share.format(age="2009 - birth_year BETWEEN 15 AND 26", code=planted_codes["university"])
    old = share.format(age="2009 - birth_year >= 74", code=planted_codes["care_home"])
    assert planted.value(young) > 0.6
    assert planted.value(old) > 0.6


def test_the_saving_and_the_over_referral_have_the_size_told(planted) -> None:  # type: ignore[no-untyped-def]
    saving, over = planted.truths["planted"]["saving"], planted.truths["planted"]["over_referrer"]
    assert saving["admissions_avoided"] / saving["admissions_before"] == pytest.approx(0.15, abs=0.05)
    by_practice = sum(pounds for name, pounds in saving.items() if name.startswith("pounds_avoided."))
    assert by_practice == pytest.approx(saving["pounds_avoided"], abs=0.1)
    asked = planted.value(
        f"SELECT count(*) FROM {{op}} AS seen JOIN {{registrations}} AS held ON seen.nhs_number = held.nhs_number"
        f" AND held.practice_code = '{over['practice_code']}' AND seen.attendance_date >= held.starts_on"
        " AND seen.attendance_date < coalesce(held.ends_before, DATE '9999-12-31')"
        " WHERE seen.attendance_type = 'first' AND seen.referral_source = 'GP' AND seen.attendance_date >= DATE '2009-04-01'"
    )
    added = over["OPFA.2009-10"]
    assert added / (asked - added) == pytest.approx(0.20, abs=0.08)


def test_the_lucky_practice_saved_nothing(planted) -> None:  # type: ignore[no-untyped-def]
    lucky = planted.truths["planted"]["lucky"]
    costs = {
        row["practice_code"]: row for row in planted.truths["expected_costs"] if row["financial_year"] == "2009-10"
    }
    mine = costs[lucky["practice_code"]]
    assert not mine["is_perturbed"]
    assert lucky["true_saving_pounds"] == 0
    ratios = [
        row["realised_pounds"] / row["expected_pounds"]
        for code, row in costs.items()
        if not row["is_perturbed"]
        and (code == lucky["practice_code"] or row["person_years"] > 1.2 * SMALLEST_LUCKY_LIST)
    ]
    assert lucky["realised_pounds"] / lucky["expected_pounds"] == pytest.approx(min(ratios), abs=1e-6)


def test_nothing_is_planted_unless_asked_for(unplanted) -> None:  # type: ignore[no-untyped-def]
    assert unplanted.truths["planted"] == {}
    assert not unplanted.world["has_planted_truths"]
    assert not any(row["is_perturbed"] for row in unplanted.truths["expected_costs"])


def test_one_list_is_too_small_to_judge(planted) -> None:  # type: ignore[no-untyped-def]
    small = planted.truths["planted"]["under_a_thousand"]["practice_code"]
    people = planted.value(
        f"SELECT count(*) FROM {{registrations}} WHERE practice_code = '{small}' AND starts_on <= DATE '2008-04-01'"
        " AND coalesce(ends_before, DATE '9999-12-31') > DATE '2008-04-01'"
    )
    assert 250 < people < 1_000
