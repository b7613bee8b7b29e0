"""Which route a proposal goes, from what its sections say: what it moves in a year, and its risks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from pbc.money import pounds_exactly
from pbc_web.business_cases.models import Proposal, SectionVersion
from pbc_web.business_cases.sections import Section, asked_of, lend_choices, section_of, sections_of
from pbc_web.business_cases.sections.answers import sum_of
from pbc_web.business_cases.sections.schema import NONE
from pbc_web.organisations.models import Organisation
from pbc_web.panels.queries import meetings_of
from pbc_web.runs.case_readings import CaseRoute, MeetingFound, last_meeting_of, markets_known, risks_known, route_of

VALUE = {"case": ("activity_and_money", "yearly"), "use_of_pot": ("use", "amount")}
RISKS = {"case": "risks", "use_of_pot": "fit"}
PLAN_MONEY = (("money", "lines"), ("management", "items"))
Latest = Mapping[str, SectionVersion]
ROUTE_WORDS = {
    "delegated_officer": "a delegated officer", "committee": "a committee", "chairs_action": "the chair, between meetings",
}  # fmt: skip


@dataclass(frozen=True)
class Way:
    """What is known of a draft's route: None while its value or its risks are not said, the sections it has to have, and
    those of them that are not done."""

    yearly_pence: int | None
    risks: tuple[str, ...]
    route: CaseRoute | None
    asked: tuple[Section, ...]
    open: tuple[Section, ...]


def way_of(proposal: Proposal, latest: Latest, *, on: date) -> Way:
    """This returns the route of a draft as its sections stand, by the rules of a day."""
    pence, risks = yearly_of(proposal.kind, latest), risks_of(proposal.kind, latest)
    is_known, is_once = pence is not None and risks is not None, is_once_of(proposal.kind, latest)
    route = route_of(pence or 0, risks=risks or (), is_once=is_once, on=on) if is_known else None
    if route and (basis := basis_of(proposal.kind, latest)):
        route = replace(route, reasons=(*route.reasons, basis))
    asks_for = (
        route.asks_for if route else [each.code for each in sections_of(proposal.kind) if not each.asked_for_risks]
    )
    asked = asked_of(proposal.kind, asks_for=asks_for, risks=risks or ())
    left = tuple(each for each in asked if each.code not in latest or not latest[each.code].is_done)
    return Way(pence, risks or (), route, asked, left)


def yearly_of(kind: str, latest: Latest) -> int | None:
    """This returns the most a proposal moves in any one year, in pence: of a case the larger of what is written and what its cost rows
    come to, of a use as written, of a plan all its lines whatever their sign; None while nothing is written."""
    if kind == "plan":
        if any(section not in latest for section, _ in PLAN_MONEY):
            return None
        found = [(section_of(kind, code), latest[code].answers.get(name), name) for code, name in PLAN_MONEY]
        return sum(
            abs(sum_of(section.question(name), [row])) for section, rows, name in found if section for row in rows or []
        )
    written = _written(kind, latest)
    return written if written is None or kind != "case" else max(written, moved_by_rows(latest)[0])


def basis_of(kind: str, latest: Latest) -> str:
    """This returns which of the two decided, what is written or what the cost rows of a case come to; nothing where none move money."""
    written, (pence, year) = _written(kind, latest) if kind == "case" else None, moved_by_rows(latest)
    if written is None or not pence:
        return ""
    rows, said = pounds_exactly(pence), pounds_exactly(written)
    if pence > written:
        return f"Its cost rows come to {rows} in {year}: that decides, not the {said} written as the most in a year."
    return f"The {said} written as the most in a year decides: its cost rows come to {rows} in {year}."


def moved_by_rows(latest: Latest) -> tuple[int, str]:
    """This returns what the cost rows of a case move in its largest year, in pence, and that year: of any option but doing nothing, the
    larger of what it costs and what it saves. A row of every year counts in its year and all that are named after it."""
    rows = _rows(latest, "activity_and_money", "costs")
    idle = [each.get("option") for each in _rows(latest, "options", "options") if each.get("do_nothing") == "yes"]
    idle = idle if len(idle) == 1 else []  # of two that say they do nothing one is untrue
    spots = {(row.get("option"), row.get("year", "")) for row in rows if row.get("option") not in idle}
    return max(((_moved(rows, option, year), year) for option, year in spots), default=(0, ""))


def _moved(rows: list[Mapping[str, str]], option: str | None, year: str) -> int:
    section = section_of("case", "activity_and_money")
    assert section is not None
    pence = [
        sum_of(section.question("costs"), [row]) for row in rows
        if row.get("option") == option
        and (row.get("year", "") == year or (row.get("every_year") == "yes" and row.get("year", "") < year))
    ]  # fmt: skip
    return max(sum(each for each in pence if each > 0), -sum(each for each in pence if each < 0))


def _rows(latest: Latest, section: str, question: str) -> list[Mapping[str, str]]:
    return latest[section].answers.get(question) or [] if section in latest else []


def _written(kind: str, latest: Latest) -> int | None:
    code, name = VALUE[kind]
    return latest[code].answers.get(name) if code in latest else None


def is_once_of(kind: str, latest: Latest) -> bool:
    """This returns whether it is the use of a pot that says it is spent once; what a case moves is that of a year."""
    return kind == "use_of_pot" and "use" in latest and latest["use"].answers.get("recurrent") == "once"


def risks_of(kind: str, latest: Latest) -> tuple[str, ...] | None:
    """This returns the risks ticked, none of them where none is so; None while nobody looked. A plan is asked for none."""
    if kind == "plan":
        return ()
    ticked = latest[RISKS[kind]].answers.get("risks") if RISKS[kind] in latest else None
    return None if not ticked else tuple(each for each in ticked if each != NONE)


def meeting_for(commissioner: Organisation, *, submitted_on: date, due_on: date) -> MeetingFound:
    """This returns the last meeting at which what is submitted on a day can be decided by its due date, or what is done instead.

    What comes back keeps an earlier due date than one submitted for the first time would have.
    """
    return meeting_among(meetings_of(commissioner), submitted_on=submitted_on, due_on=due_on)


def meeting_among(meetings: pl.DataFrame, *, submitted_on: date, due_on: date) -> MeetingFound:
    """This returns the same of a commissioner's meetings as they were read."""
    found = last_meeting_of(meetings, submitted_on=submitted_on)
    if found.meets_on is None or found.meets_on <= due_on:
        return found
    sooner = last_meeting_of(meetings.filter(meetings["meets_on"] <= due_on), submitted_on=submitted_on)
    return sooner if sooner.meets_on else replace(found, answer="impossible", meets_on=None, papers_due_on=None)


def lend_known_choices() -> None:
    """Have sections offer the risks and the ways to market that rules know on a day."""
    lend_choices(
        "risks", lambda on: {each: in_words(each, "It ") for each in risks_known(on)} | {NONE: "None of these"}
    )
    lend_choices("markets", lambda on: {each: in_words(each) for each in markets_known(on)})


def in_words(code: str, before: str = "") -> str:
    """This returns a word of the rules as people read it: It stops a service.

    >>> in_words("stops_a_service", "It "), in_words("any_willing_provider")
    ('It stops a service', 'Any willing provider')
    """
    said = f"{before}{code.replace('_', ' ')}"
    return said[0].upper() + said[1:]
