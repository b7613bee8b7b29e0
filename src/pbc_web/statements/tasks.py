"""What statements need of whom, and how an organisation stands by the newest, for the home page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from django.urls import reverse

from pbc.money import pounds_and_pence
from pbc.periods import FinancialYear
from pbc.reports.view import Headline
from pbc_web.accounts.actor import Actor
from pbc_web.accounts.standing import Standing
from pbc_web.accounts.tasks import Task
from pbc_web.organisations.kinds import COMMISSIONERS, GROUPS
from pbc_web.organisations.queries import codes_answered_for
from pbc_web.runs.reading import site_policy
from pbc_web.shell.words import count_of
from pbc_web.statements import permissions, queries, shown, year_end_shown
from pbc_web.statements.gain_shown import agreements_for, waits_for
from pbc_web.statements.models import Acknowledgement, Publication, YearEndPosition

TO_READ, TO_REVIEW, TO_ANSWER, TO_DECIDE = 10, 15, 10, 10  # minutes each takes


def tasks_of(actor: Actor, today: date) -> Iterator[Task]:
    """This yields what waits for an actor: a month to read, to publish or to sign, queries to answer, pots to
    decide, a gain share to sign."""
    if permissions.may_acknowledge(actor) and actor.organisation.kind == "practice":
        yield from _to_read(actor)
    if permissions.may_prepare(actor):
        for each in queries.prepared_for(actor):
            verb = "Publish" if each.comment and permissions.may_publish(actor) else "Review"
            address = reverse("statements:review", args=[each.id])
            yield Task(f"{verb} the statement for {each.period.title}", address, minutes=TO_REVIEW)
    if permissions.may_answer(actor):
        yield from _to_answer(actor, today)
    if permissions.may_decide_pots(actor):
        yield from _of_year_ends(actor, today)
    if permissions.may_move_pots(actor):
        yield from _pots(actor, today)
    if permissions.may_sign_gain_share(actor):
        yield from _to_sign(actor, today)


def _to_read(actor: Actor) -> Iterator[Task]:
    newest = queries.in_force_for(actor).first()
    if newest is None:
        return
    own = Acknowledgement.objects.visible_to(actor).filter(publication=newest, person_id=actor.person_id)
    if not own.exists():
        address = reverse("statements:practice", args=[newest.id, actor.organisation_code])
        yield Task(f"Read the statement for {newest.period.title}", address, minutes=TO_READ)


def _to_answer(actor: Actor, today: date) -> Iterator[Task]:
    waiting = queries.open_figure_queries_for(actor, today=today)
    if waiting["count"]:
        title = f"Answer {count_of(waiting['count'], 'query', 'queries')} of figures"
        minutes = TO_ANSWER * waiting["count"]
        yield Task(title, reverse("statements:queries"), waiting["next_on"], minutes, waiting["late"] > 0)


def _of_year_ends(actor: Actor, today: date) -> Iterator[Task]:
    newest = {each.financial_year: each for each in queries.positions_for(actor)}  # the latest published stands last
    if newest:
        own = codes_answered_for(actor.reach.detail, on=today)
        yield from _to_declare(actor, today, newest, own)
        yield from _to_repay(today, newest[max(newest)], own)


def _to_repay(today: date, position: YearEndPosition, own: frozenset[str]) -> Iterator[Task]:
    """What the pool lent and was due back before today: the year it was due in is not closed, or it would be repaid."""
    for day, pence in year_end_shown.owed_to_pool(position, own).items():
        if day < today:
            year = FinancialYear.of(day)
            title = f"Close {year}: {pounds_and_pence(pence)} lent by the risk pool was due back"
            yield Task(title, reverse("statements:year_end", args=[year.slug]), day, TO_DECIDE, is_late=True)


def _to_declare(
    actor: Actor, today: date, newest: Mapping[str, YearEndPosition], own: frozenset[str]
) -> Iterator[Task]:
    """What the newest position of a year leaves to be released, and nobody has declared."""
    declared = set(queries.pots_for(actor).values_list("financial_year", "unit__code"))
    for slug, position in newest.items():
        units = [each for each in year_end_shown.to_release(position) if each in own and (slug, each) not in declared]
        if units:
            year = FinancialYear.parse(slug)
            due = year_end_shown.clock_of(year, site_policy()).confirm_due_on
            title = f"Declare {count_of(len(units), 'pot', 'pots')} of {year}"
            address = reverse("statements:year_end", args=[slug])
            yield Task(title, address, due, TO_DECIDE * len(units), due < today)


def _pots(actor: Actor, today: date) -> Iterator[Task]:
    for pot in queries.pots_for(actor):
        due: list[tuple[str, date]] = []
        if permissions.may_confirm_pots(actor) and pot.confirmed_pence < pot.declared_pence:
            due.append(("Confirm", pot.confirm_due_on))
        if permissions.may_decide_pots(actor) and pot.available_pence < pot.confirmed_pence:
            due.append(("Make available", pot.release_due_on))
        for verb, day in due:
            address = reverse("statements:pot", args=[pot.id])
            yield Task(f"{verb}: {pot}", address, day, TO_DECIDE, day < today)


def _to_sign(actor: Actor, today: date) -> Iterator[Task]:
    """A gain share pays for its year only if both signed by the year's last day."""
    for each in agreements_for(actor).filter(withdrawn_at__isnull=True):
        year = FinancialYear.parse(each.financial_year)
        if waits_for(actor, each) and today <= year.end:
            address = reverse("statements:gain_share", args=[year.slug])
            yield Task(f"Sign the gain share of {year}: {each}", address, year.end, TO_DECIDE)


def standing_of(actor: Actor, today: date) -> Iterator[Standing]:
    """This yields the large figures of the newest statement in force: of the own practice, group or commissioner."""
    newest = queries.in_force_for(actor).first() if permissions.may_read_statements(actor) else None
    if newest is None:
        return
    headlines, address = _headlines(actor, newest)
    for place, each in enumerate(headlines):
        yield Standing(each.label, each.figure, each.words, address, 30 + place)


def _headlines(actor: Actor, newest: Publication) -> tuple[tuple[Headline, ...], str]:
    own = actor.organisation
    if own.kind == "practice" and permissions.may_read_practices(actor):
        if own.code in shown.practices_listed(newest):
            return shown.headlines_of(newest, own.code), reverse("statements:practice", args=[newest.id, own.code])
    elif own.kind in GROUPS and permissions.may_read_sums(actor):
        view = shown.cluster_page(newest, own.code, names_practices=False)
        if view is not None:
            return view.headlines, reverse("statements:group", args=[newest.id, own.code])
    elif own.kind in COMMISSIONERS and own == newest.commissioner and permissions.may_read_sums(actor):
        view = shown.commissioner_page(newest, names_practices=False)
        return view.headlines, reverse("statements:commissioner", args=[newest.id])
    return (), ""
