"""A publication as its readers see it: pages read from the set that is in force."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.urls import reverse

from pbc.errors import MissingFigure
from pbc.reports import PROTECTED, Answer, Protection, StatementMaterial, for_purpose, own_practice
from pbc.reports.cell_figures import Cells, figures_of
from pbc.reports.hospital import build_hospital
from pbc.reports.peers import PeersView
from pbc.reports.tier_figures import Unit, figures_of_hospital, figures_of_many
from pbc.reports.versions import describe_restatement
from pbc.reports.view import Headline, PageTable, Paragraph, StatementView, SummaryView
from pbc_web.accounts.actor import Actor
from pbc_web.accounts.roles import Duty
from pbc_web.notices.queries import people_with
from pbc_web.organisations.models import Organisation
from pbc_web.runs.reading import site_policy
from pbc_web.runs.statement_reading import statement_reader
from pbc_web.statements.models import Publication, YearEndPosition
from pbc_web.statements.queries import is_entitled_in

NO_ANSWER = Answer()
MOST_NAMED = 3
ANSWER_DAYS = "statements.query_answer_days"
NAMES_PRACTICES = (
    "practices",
    "practice-bands",
    "lists",
    "stop-loss",
)  # charts, tables and paragraphs that name practices


@dataclass(frozen=True)
class PracticePage:
    """A practice's statement, what changed since an earlier version, and the figure in each cell of its tables."""

    view: StatementView
    restated: Paragraph | None
    figures: Mapping[str, Cells]


def material_of(publication: Publication) -> StatementMaterial:
    """This returns all that the pages of a publication are made from."""
    code, month = publication.commissioner.code, publication.period
    return statement_reader().material(code, month, held=held_by(publication))


def held_by(publication: Publication) -> dict[str, str | None]:
    """This returns the sets readers are to see: the publication's own, what was published of the year's earlier months, since it stays
    known, and beside the last month the year end published."""
    year = publication.period.financial_year
    months = [str(month) for month in year.months()]
    in_force = Publication.everywhere.filter(
        commissioner_id=publication.commissioner_id, month__in=months, state="published"
    )
    sets: dict[str, str | None] = {f"statement/{month}": None for month in months}
    sets |= {f"statement/{month}": set_id for month, set_id in in_force.values_list("month", "set_id")}
    return sets | {publication.set_name: publication.set_id, f"year-end/{year.slug}": _year_end(publication)}


def protection_for(actor: Actor, practice: Organisation) -> Protection:
    """This returns how small numbers are shown: all of a practice's own to those entitled in it, protected to all others."""
    return own_practice(practice.code) if is_entitled_in(actor, practice) else PROTECTED


def answer_from(publication: Publication, *, on: date) -> Answer:
    """This returns who at the commissioner answers questions about a statement, and within how many days."""
    people = people_with(Duty.ANSWER_QUERIES, organisations=[publication.commissioner], on=on)
    days = site_policy().whole(ANSWER_DAYS, on=publication.period.financial_year.start)
    return Answer(contact=" or ".join(person.name for person in people[:MOST_NAMED]), within_days=days)


def _year_end(publication: Publication) -> str | None:
    month = publication.period
    if month.month_of_year != 12:
        return None
    held = YearEndPosition.everywhere.filter(
        commissioner_id=publication.commissioner_id, financial_year=month.financial_year.slug
    )
    newest = held.order_by("-published_at").first()
    return newest.set_id if newest else None


def practice_page(
    publication: Publication, practice_code: str, *, protection: Protection = PROTECTED, answer: Answer = NO_ANSWER
) -> PracticePage:
    """This returns a practice's page; a practice without a statement is refused by the engine."""
    material = material_of(publication)
    _require_statement(publication, practice_code)
    view = statement_reader().statement(
        practice_code, publication.period, held=held_by(publication), protection=protection, answer=answer
    )
    tables: list[PageTable] = [*view.tables, *(chart.table for chart in view.charts)]
    tables += [view.changed_table] if view.changed_table else []
    figures = {table.name: figures_of(material, table, practice_code=practice_code) for table in tables}
    restated = restatement_of(publication, [practice_code], protection=protection)
    return PracticePage(view, restated, figures)


def similar_practices(publication: Publication, practice_code: str, *, protection: Protection = PROTECTED) -> PeersView:
    """This returns a practice beside those most like it; by name only the others of its own group."""
    _require_statement(publication, practice_code)
    return statement_reader().peers(practice_code, publication.period, held=held_by(publication), protection=protection)


def _require_statement(publication: Publication, practice_code: str) -> None:
    if practice_code not in material_of(publication).practices:  # of another commissioner, perhaps in the same set
        raise MissingFigure(f"There is no statement of {publication.period.title} for this practice.")


def headlines_of(publication: Publication, practice_code: str) -> tuple[Headline, ...]:
    """This returns the large figures of a practice's statement."""
    view = statement_reader().statement(practice_code, publication.period, held=held_by(publication))
    return view.headlines


def restatement_of(
    publication: Publication, practice_codes: Collection[str] | None = None, *, protection: Protection = PROTECTED
) -> Paragraph | None:
    """This returns what a later version changed of the month it replaces, or None for the first version."""
    earlier = [
        each
        for each in Publication.everywhere.filter(commissioner_id=publication.commissioner_id, month=publication.month)
        if each.version and each.version < (publication.version or 10_000) and each.id != publication.id
    ]
    if not earlier:
        return None
    before = max(earlier, key=lambda each: each.version or 0)
    return describe_restatement(
        material_of(before), material_of(publication), practice_codes=practice_codes, protection=protection
    )


def commissioner_page(publication: Publication, *, names_practices: bool) -> SummaryView:
    """This returns the commissioner's page; without practices by name for those who see sums only."""
    pages = _pages(publication) if names_practices else None
    code, month = publication.commissioner.code, publication.period
    view = statement_reader().commissioner(code, month, pages=pages, held=held_by(publication))
    return view if names_practices else without_practices(view)


def bill_in_full(publication: Publication) -> PageTable | None:
    """This returns how the bill follows from practices' totals with nothing hidden, for those who check invoices; None where
    the page of everybody hides nothing of it."""
    code, month, held = publication.commissioner.code, publication.period, held_by(publication)
    read, reader = for_purpose("Signing what is billed"), statement_reader()
    hidden, told = (
        next(
            (
                table
                for table in reader.commissioner(code, month, held=held, protection=each).tables
                if table.name == "bill"
            ),
            None,
        )
        for each in (PROTECTED, read)
    )
    if told is None or hidden is None or told.rows == hidden.rows:
        return None
    return replace(told, name="bill-in-full", caption=f"{told.caption}, for you who check invoices")


def cluster_page(publication: Publication, cluster_code: str, *, names_practices: bool) -> SummaryView | None:
    """This returns a group's page, or None where none of its practices has a statement in this publication."""
    if not practices_of_group(publication, cluster_code):
        return None
    view = statement_reader().cluster(
        cluster_code, publication.period, pages=_pages(publication), held=held_by(publication)
    )
    return view if names_practices else without_practices(view)


def region_page(publication: Publication, region_code: str) -> SummaryView:
    """This returns a region's page: its commissioners added up and side by side, no practice named."""
    return statement_reader().region(region_code, publication.period, held=held_by(publication))


def commissioners_of_region(publication: Publication, region_code: str) -> set[str]:
    """This returns the codes of the commissioners of a region that a publication's set holds."""
    places = statement_reader().places(publication.period, held=held_by(publication))
    return set(places.filter(places["region"] == region_code)["commissioner"])


def is_whole_region(publication: Publication, region_code: str, in_force: Collection[str]) -> bool:
    """This returns whether all commissioners of a region that a publication's set holds have put it in force."""
    held = commissioners_of_region(publication, region_code)
    return bool(held) and held <= set(in_force)


def codes_closed(publication: Publication, in_force: Collection[str]) -> frozenset[str]:
    """This returns the codes of commissioners, groups and practices of a publication's set that nobody has put in force."""
    places = statement_reader().places(publication.period, held=held_by(publication))
    is_open = places["commissioner"].is_in(list(in_force))
    mine, others = places.filter(is_open), places.filter(~is_open)
    codes = {code for column in ("practice_code", "cluster", "commissioner") for code in others[column]}
    return frozenset(codes - set(mine["cluster"]))


def figures_on(publication: Publication, view: SummaryView, *, unit: Unit) -> dict[str, Cells]:
    """This returns the figure in each cell of the tables of a page about many practices, by table."""
    kind, code = unit
    reader, held = statement_reader(), held_by(publication)
    is_region = kind == "region"
    material = reader.region_material(code, publication.period, held=held) if is_region else material_of(publication)
    return {table.name: figures_of_many(material, table, unit=unit) for table in _tables_of(view)}


def figures_on_hospital(publication: Publication, view: SummaryView, provider_code: str) -> dict[str, Cells]:
    """This returns the same of a hospital's page."""
    material = material_of(publication)
    return {each.name: figures_of_hospital(material, each, provider_code=provider_code) for each in _tables_of(view)}


def _tables_of(view: SummaryView) -> list[PageTable]:
    return [*view.tables, *(chart.table for chart in view.charts)]


def _pages(publication: Publication) -> dict[str, str]:
    codes = material_of(publication).practices
    return {code: reverse("statements:practice", args=[publication.id, code]) for code in codes}


def without_practices(view: SummaryView) -> SummaryView:
    """This returns a page for those who see sums: what names practices stands aside, and where a change names one."""
    charts = tuple(chart for chart in view.charts if chart.name not in NAMES_PRACTICES)
    tables = tuple(table for table in view.tables if table.name not in NAMES_PRACTICES)
    paragraphs = tuple(each for each in view.paragraphs if each.name not in NAMES_PRACTICES)
    changed = view.changed_table
    names = changed is not None and any(head.title == "Practice" for head in changed.heads)
    return replace(view, charts=charts, tables=tables, paragraphs=paragraphs, changed_table=None if names else changed)


def hospital_page(publication: Publication, provider_code: str) -> SummaryView:
    """This returns a hospital's own lines over all practices."""
    return build_hospital(material_of(publication), provider_code=provider_code)


def practices_listed(publication: Publication) -> list[str]:
    """This returns the codes of the practices with a statement."""
    return material_of(publication).practices


def groups_listed(publication: Publication) -> set[str]:
    """This returns the codes of the groups that have practices with a statement."""
    material = material_of(publication)
    return {material.clusters[code] for code in material.practices if code in material.clusters}


def practices_of_group(publication: Publication, cluster_code: str) -> list[str]:
    """This returns the codes of a group's practices with a statement."""
    material = material_of(publication)
    return [code for code in material.practices if material.clusters.get(code) == cluster_code]
