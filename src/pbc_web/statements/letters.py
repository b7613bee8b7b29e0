"""The monthly e-mail: complete in itself, without a patient, leading to one button."""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from pbc.reports.view import Headline, Paragraph, StatementView, SummaryView
from pbc_web.organisations.models import Organisation
from pbc_web.shell.words import day
from pbc_web.statements.models import FigureQuery, Publication

TOLD = ("position", "movers", "age")  # the paragraphs of a practice's page that its letter repeats


def words_for_practice(
    publication: Publication, practice: Organisation, view: StatementView, restated: Paragraph | None
) -> str:
    """This returns a practice's letter: what is missing, what changed, the headline figures, the comment, and where to go."""
    code = [publication.id, practice.code]
    return _words(
        publication, practice.name, view.headlines, [view.partial, restated, view.changed],
        [each for each in view.paragraphs if each.name in TOLD],
        [("Read the whole statement", "practice", code), ("Say that you have read it, with one click", "acknowledge", code),
         ("Query a figure", "query", code)],
    )  # fmt: skip


def words_for_group(publication: Publication, group: Organisation, view: SummaryView) -> str:
    """This returns a group's letter."""
    links = [
        ("Read the whole page", "group", [publication.id, group.code]),
        ("See who has read it", "readers", [publication.id]),
    ]
    told = [each for each in view.paragraphs if each.name == "whole"]
    return _words(publication, group.name, view.headlines, [view.partial, view.changed], told, links)


def _words(
    publication: Publication,
    name: str,
    headlines: tuple[Headline, ...],
    first: list[Paragraph | None],
    then: list[Paragraph],
    links: list[tuple[str, str, list[object]]],
) -> str:
    told = {
        "publication": publication, "name": name, "headlines": headlines, "first": [each for each in first if each and each.sentences],
        "then": [each for each in then if each.sentences], "signed_on": day(publication.comment_on),
        "links": [(words, _address(view, args)) for words, view, args in links],
    }  # fmt: skip
    return render_to_string("statements/letters/month.txt", told).strip()


def _address(view: str, args: list[object]) -> str:
    return f"{settings.PBC_ADDRESS.rstrip('/')}{reverse(f'statements:{view}', args=args)}"


def words_of_query(query: FigureQuery) -> str:
    """This returns a query, and its answer if there is one, as the body of a notice."""
    return render_to_string("statements/letters/query.txt", {"query": query, "due": day(query.answer_due_on)}).strip()
