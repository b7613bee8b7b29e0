"""Delivered rows are dated, numbered and registered as real ones would be, and hold every way of going wrong."""

from __future__ import annotations


def test_dates_of_stays_never_run_backwards(planted) -> None:  # type: ignore[no-untyped-def]
    wrong = planted.value(
        "SELECT count(*) FROM {apc} WHERE admission_date > discharge_date OR episode_start_date < admission_date"
        " OR episode_end_date > discharge_date OR episode_end_date < episode_start_date"
        " OR discharge_date NOT BETWEEN DATE '2008-04-01' AND DATE '2010-03-31'"
    )
    assert wrong == 0


def test_episodes_of_a_stay_are_numbered_from_one_and_follow_each_other(planted) -> None:  # type: ignore[no-untyped-def]
    wrong = planted.value(
        "SELECT count(*) FROM (SELECT max(episode_number) AS most, count(DISTINCT episode_number) AS many,"
        " count(DISTINCT hrg_code) AS groups, min(episode_start_date) AS starts, any_value(admission_date) AS admitted,"
        " max(episode_end_date) AS ends, any_value(discharge_date) AS discharged"
        " FROM {apc} GROUP BY provider_code, spell_number)"
        " WHERE most <> many OR groups <> 1 OR starts <> admitted OR ends <> discharged"
    )
    assert wrong == 0


def test_record_numbers_are_unique_but_for_the_planted_duplicates(planted) -> None:  # type: ignore[no-untyped-def]
    rows, keys = planted.rows(
        "SELECT count(*), count(DISTINCT (provider_code, spell_number, episode_number)) FROM {apc}"
    )[0]
    assert rows - keys == planted.truths["planted"]["billed_twice"]["exact_duplicate_rows"]
    for table in ("op", "ae"):
        rows, keys = planted.rows(
            f"SELECT count(*), count(DISTINCT (provider_code, attendance_number)) FROM {{{table}}}"
        )[0]
        assert rows == keys


def test_nobody_is_on_two_lists_at_once(planted) -> None:  # type: ignore[no-untyped-def]
    overlaps = planted.value(
        "SELECT count(*) FROM {registrations} AS a JOIN {registrations} AS b USING (nhs_number)"
        " WHERE a.starts_on < b.starts_on AND coalesce(a.ends_before, DATE '9999-12-31') > b.starts_on"
    )
    assert overlaps == 0
    assert planted.value("SELECT count(*) FROM {registrations} WHERE ends_before <= starts_on") == 0


def test_lists_turn_over_by_about_eight_percent_a_year(unplanted) -> None:  # type: ignore[no-untyped-def]
    ended = unplanted.value("SELECT count(*) FROM {registrations} WHERE ends_before IS NOT NULL")
    assert 0.065 < ended / 90_000 < 0.095


def test_every_way_of_attributing_a_contact_occurs(unplanted) -> None:  # type: ignore[no-untyped-def]
    kinds = dict(
        unplanted.rows(
            "SELECT CASE WHEN seen.nhs_number IS NULL THEN 'no number'"
            " WHEN held.nhs_number IS NULL THEN 'not on a list'"
            " WHEN seen.practice_code LIKE 'Z9999%' THEN 'unknown practice'"
            " WHEN seen.practice_code IS NULL THEN 'no practice'"
            " WHEN seen.practice_code <> held.practice_code THEN 'another practice' ELSE 'agrees' END AS kind,"
            " count(*) FROM {op} AS seen LEFT JOIN {registrations} AS held ON seen.nhs_number = held.nhs_number"
            " AND seen.attendance_date >= held.starts_on"
            " AND seen.attendance_date < coalesce(held.ends_before, DATE '9999-12-31') GROUP BY 1"
        )
    )
    total = sum(kinds.values())
    assert kinds["agrees"] / total > 0.95
    assert 0.010 < kinds["another practice"] / total < 0.030
    for kind in ("not on a list", "unknown practice", "no practice"):
        assert 0.0008 < kinds[kind] / total < 0.006, kind
    assert 0.0002 < kinds["no number"] / total < 0.001


def test_referrals_lead_to_first_attendances_within_twelve_weeks(unplanted) -> None:  # type: ignore[no-untyped-def]
    waits = unplanted.rows(
        "SELECT min(date_diff('day', referral_date, attendance_date)), max(date_diff('day', referral_date, attendance_date)),"
        " count(*) FROM {referrals} AS asked JOIN {op} AS seen ON asked.provider_code = seen.provider_code"
        " AND asked.referral_number = seen.attendance_number"
    )[0]
    firsts = unplanted.value("SELECT count(*) FROM {op} WHERE attendance_type = 'first'")
    assert waits[0] >= 7
    assert waits[1] < 84
    assert waits[2] > 0.8 * firsts


def test_unpaid_days_never_exceed_the_stay(planted) -> None:  # type: ignore[no-untyped-def]
    assert planted.value("SELECT sum(unpaid_days) FROM {apc}") > 0
    assert (
        planted.value("SELECT count(*) FROM {apc} WHERE unpaid_days > date_diff('day', admission_date, discharge_date)")
        == 0
    )
