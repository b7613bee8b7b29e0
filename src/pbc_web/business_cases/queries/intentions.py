"""A commissioner's plan of a year: its intentions with the lines they came from, lines that wait for an answer, and lines left out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, QuerySet
from django.http import Http404

from pbc.periods import FinancialYear
from pbc_web.accounts.actor import Actor
from pbc_web.budgets.rules import deadline_of, policy_of, regime_of
from pbc_web.business_cases.models import Intention, IntentionSource, LineLeftOut, Proposal, SectionVersion, YearStep
from pbc_web.business_cases.permissions import may_handle_proposals
from pbc_web.business_cases.queries.conflicts import withheld_codes
from pbc_web.business_cases.sections import section_of
from pbc_web.business_cases.sections.answers import sum_of
from pbc_web.organisations.models import Organisation
from pbc_web.panels.queries import commissioner_at

WHOLE = "whole"  # of a case: it is one line by itself
MONEY = ("money", "lines")  # where a plan's lines stand
STEPS = {
    "needs_assessed": "Needs of the year's people assessed",
    "notice_given": "Providers told what will change",
    "plans_taken": "Plans of practices for the year submitted",
    "framework_read": "The year's national framework read, and its effect told",
    "lines_answered": "Every line of approved plans answered",
    "year_agreed": "The commissioner's plan agreed by its board",
    "contracts_signed": "Contracts signed",
    "budgets_agreed": "Budgets and support of practices agreed",
}


@dataclass(frozen=True)
class Line:
    """One line of an approved proposal: where it stands there, what it says and its money in pence, as far as it names any."""

    proposal: Proposal
    place: str
    words: str
    pence: int | None

    @property
    def key(self) -> str:
        """Its name in forms."""
        return f"{self.proposal.code}:{self.place}"

    def age_on(self, day: date) -> int:
        """Days since the proposal was approved."""
        return (day - self.proposal.decided_on).days  # type: ignore[operator]  # approved, so decided


@dataclass(frozen=True)
class Step:
    """A step of the year: by when, by which rule, and whether it is done."""

    code: str
    title: str
    due_on: date
    source: str
    is_assumed: bool
    done: YearStep | None

    def is_late(self, today: date) -> bool:
        """Whether its day has passed and it is not done, or was done only after it."""
        return (self.done.done_on if self.done else today) > self.due_on


def plan_at(actor: Actor, code: str, slug: str) -> tuple[Organisation, FinancialYear]:
    """A commissioner in sight and a year, or not found."""
    found, year = commissioner_at(actor, code), FinancialYear.of(actor.on)
    known = {each.slug: each for each in (year.plus(by) for by in range(-5, 3))}
    if slug not in known:
        raise Http404
    return found, known[slug]


def kept_plan_at(actor: Actor, code: str, slug: str) -> tuple[Organisation, FinancialYear]:
    """A commissioner whose proposals the actor handles, and a year, or not found."""
    found, year = plan_at(actor, code, slug)
    if not may_handle_proposals(actor) or actor.organisation.id != found.id:
        raise Http404
    return found, year


def intentions_of(commissioner: Organisation, year: FinancialYear) -> QuerySet[Intention]:
    """The intentions of a year with the lines they came from."""
    live = IntentionSource.objects.filter(ended_at__isnull=True).select_related(
        "proposal__owner", "proposal__commissioner"
    )
    found = Intention.everywhere.filter(commissioner=commissioner, financial_year=year.slug).select_related(
        "commissioner"
    )
    return found.prefetch_related(Prefetch("sources", queryset=live, to_attr="live"))


def intention_at(commissioner: Organisation, year: FinancialYear, intention_id: int) -> Intention:
    """One intention of a year, or not found."""
    found = intentions_of(commissioner, year).filter(id=intention_id).first()
    if found is None:
        raise Http404
    return found


def lines_in(proposals: Iterable[Proposal]) -> list[Line]:
    """This returns the lines of proposals: each row of money of a plan, and a case as a whole."""
    found = list(proposals)
    rows: dict[int, list[dict[str, str]]] = {}
    sections = SectionVersion.objects.filter(proposal__in=[each.id for each in found], section=MONEY[0]).order_by(
        "number"
    )
    for version in sections:  # the last number holds
        rows[version.proposal_id] = version.answers.get(MONEY[1]) or []
    lines: list[Line] = []
    for each in found:
        if each.kind != "plan":
            lines.append(Line(each, WHOLE, each.title, each.yearly_pence))
        for at, row in enumerate(rows.get(each.id, []) if each.kind == "plan" else []):
            lines.append(Line(each, f"{MONEY[0]}-{at}", row.get("line", ""), _pence(row)))
    return lines


def _pence(row: dict[str, str]) -> int:
    section = section_of("plan", MONEY[0])
    return sum_of(section.question(MONEY[1]), [row]) if section else 0


def approved_in(actor: Actor, commissioner: Organisation, year: FinancialYear | None, *kinds: str) -> list[Proposal]:
    """The approved proposals of kinds put to a commissioner, of one year or of all, but those whose papers are kept from the actor."""
    found = Proposal.everywhere.filter(commissioner=commissioner, state="approved", kind__in=kinds)
    found = found.filter(financial_year=year.slug) if year else found
    found = found.exclude(code__in=withheld_codes(*actor.eyes)).select_related("owner", "commissioner")
    return list(found.order_by("decided_on", "code"))


def waiting_lines(actor: Actor, commissioner: Organisation, year: FinancialYear | None = None) -> list[Line]:
    """The lines of approved plans that are in no intention and have no answer, the oldest first."""
    lines = lines_in(approved_in(actor, commissioner, year, "plan"))
    used = _places(IntentionSource.objects.filter(ended_at__isnull=True).exclude(intention__state="dropped"), lines)
    answered = _places(LineLeftOut.objects.filter(ended_at__isnull=True), lines)
    return [each for each in lines if (each.proposal.id, each.place) not in used | answered]


def _places(found: QuerySet[IntentionSource] | QuerySet[LineLeftOut], lines: list[Line]) -> set[tuple[int, str]]:
    ids = {each.proposal.id for each in lines}
    return set(found.filter(proposal__in=ids).values_list("proposal_id", "line"))  # type: ignore[union-attr]  # either has both


def offered_lines(actor: Actor, commissioner: Organisation, year: FinancialYear) -> list[Line]:
    """The lines an intention of a year may come from: all of approved plans, and approved cases, of that year."""
    return lines_in(approved_in(actor, commissioner, year, "plan", "case"))


def line_at(actor: Actor, commissioner: Organisation, year: FinancialYear, key: str) -> Line:
    """One line that waits for an answer, or not found."""
    found = next((each for each in waiting_lines(actor, commissioner, year) if each.key == key), None)
    if found is None:
        raise Http404
    return found


def lines_left_out(actor: Actor, commissioner: Organisation, year: FinancialYear) -> list[LineLeftOut]:
    """The lines of a year's plans that were left out, with their answers, but those whose papers are kept from the actor."""
    found = LineLeftOut.objects.filter(
        ended_at__isnull=True, proposal__commissioner=commissioner, proposal__financial_year=year.slug
    ).exclude(proposal__code__in=withheld_codes(*actor.eyes))  # fmt: skip
    return list(found.select_related("proposal__owner", "proposal__commissioner", "by"))


def calendar_of(commissioner: Organisation, year: FinancialYear) -> list[Step]:
    """The steps of a commissioner's year from needs assessment to contract, by the day each is due."""
    done = {each.step: each for each in YearStep.everywhere.filter(commissioner=commissioner, financial_year=year.slug)}
    found = [_step(code, title, regime_of(commissioner), year, done.get(code)) for code, title in STEPS.items()]
    return sorted(found, key=lambda each: each.due_on)


def _step(code: str, title: str, regime: str, year: FinancialYear, done: YearStep | None) -> Step:
    if code == "budgets_agreed":
        agreed = deadline_of(regime, year)
        return Step(code, title, agreed.on, agreed.source, agreed.is_assumed, done)
    value = policy_of(regime).value(f"business_cases.{code}_by", on=year.start)
    month, of_month = (int(part) for part in str(value.value).split("-"))
    return Step(code, title, _day(year, month, of_month), value.source, value.is_assumed, done)


def _day(year: FinancialYear, month: int, of_month: int) -> date:
    """A day of the twelve months before a year begins."""
    return date(year.starts_in - (month >= year.start.month), month, of_month)
