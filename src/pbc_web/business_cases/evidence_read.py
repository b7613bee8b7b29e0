"""A figure of a published statement as somebody may see it, in words: what is taken into a proposal, and stands there frozen."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404

from pbc.errors import RefusedInput
from pbc.results import Figure
from pbc_web.accounts.actor import Actor
from pbc_web.runs.explaining import heading_of, said
from pbc_web.statements.doors import explanation_for
from pbc_web.statements.queries import in_force_for


@dataclass(frozen=True)
class Read:
    """A figure as it is published: its id, what it is, and what it says."""

    figure_id: str
    title: str
    said: str
    set_name: str
    set_id: str


def read_figure(actor: Actor, figure_text: str) -> Read:
    """This returns a figure of a statement in force that the actor may open; refused as not found where there is none, or where
    it tells of so few people that it is shown as a star."""
    try:
        figure = Figure.parse(figure_text.strip())
    except RefusedInput as fault:
        raise _not_there(figure_text) from fault
    for publication in in_force_for(actor).filter(set_id=figure.set_id):
        try:
            found = explanation_for(actor, publication, str(figure))
        except Http404:
            continue
        if publication.set_name == figure.set_name and not found.is_hidden:
            return Read(str(figure), heading_of(found), said(found), figure.set_name, figure.set_id)
    raise _not_there(figure_text)


def _not_there(figure_text: str) -> RefusedInput:
    return RefusedInput(
        "There is no such figure among the statements you may open.", found=figure_text, expected="the id of a figure",
        remedy="Open the statement, follow the figure, and copy the id at the end of its page.",
    )  # fmt: skip
