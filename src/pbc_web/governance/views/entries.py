"""One entry with its history, and what may be done to it: for whoever declared it, and whoever keeps the register."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from pbc.errors import RefusedInput
from pbc_web.governance import actions, queries
from pbc_web.governance.forms import GiftForm, InterestForm, facts_of, gift_of
from pbc_web.governance.models import Gift, Interest
from pbc_web.governance.permissions import may_declare
from pbc_web.governance.shown import gifts_table, interests_table
from pbc_web.governance.states import GIFT_MOVES, MOVE_WORDS, MOVES
from pbc_web.governance.views.mine import shown, told_of
from pbc_web.shell import clock
from pbc_web.shell.access import entitled
from pbc_web.shell.forms_sent import sent

CHANGED = ("kind", "tie", "percent", "through", "words", "since", "number")
ENDED = ("last_day", "number")
TAKEN_OFF = ("reason", "number")
MEANS = {
    "change": "Say how it stands now. What stood before stays in its history.",
    "end": "It stays published for some months after its last day.",
    "correct": "For what was written down wrongly from the start. What stood before stays in its history.",
    "withdraw": "For what never was. If it was so and has ended, say that it has ended instead.",
}


@entitled(may_declare)
@require_safe
def interest(request: HttpRequest, entry: uuid.UUID) -> HttpResponse:
    """An interest and all that was ever said of it."""
    history = queries.history_for(request.actor, Interest, entry)
    return _one(request, history, interests_table(history), MOVES, "interest")


@entitled(may_declare)
@require_safe
def gift(request: HttpRequest, entry: uuid.UUID) -> HttpResponse:
    """A gift and all that was ever said of it."""
    history = queries.history_for(request.actor, Gift, entry)
    return _one(request, history, gifts_table(history), GIFT_MOVES, "gift")


def _one(request: HttpRequest, history: list[Any], table: Any, moves: Any, what: str) -> HttpResponse:
    last = history[-1]
    links = [
        (MOVE_WORDS[move], reverse(f"governance:move_{what}", args=[last.entry, move])) for move in moves[last.state]
    ]
    told = {
        "last": last, "history": history, "table": table, "moves": links,
        "trail": [{"text": "Interests", "href": reverse("governance:mine")}],
    }  # fmt: skip
    return render(request, "governance/entry.html", told)


@entitled(may_declare)
@require_http_methods(["GET", "POST"])
def move_interest(request: HttpRequest, entry: uuid.UUID, move: str) -> HttpResponse:
    """Change, end, correct or take off an interest."""
    last = queries.history_for(request.actor, Interest, entry)[-1]
    _require_move(MOVES, last, move)
    form = InterestForm(sent(request), last=last, **_asked(move))
    form.fields.get("last_day", form.fields["number"]).required |= move == "end"
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        _require_seen(last, said["number"])
        facts = facts_of(said, last)
        since = said["last_day"] + timedelta(days=1) if move == "end" else said.get("since", facts.starts_on)
        made = actions.move_interest(
            last, move=move, facts=facts, since=since, declared_on=clock.today(), reason=said.get("reason", ""), by=request.actor,
            at=clock.now(),
        )  # fmt: skip
        messages.success(request, told_of(made))
        return redirect("governance:interest", entry)
    return shown(request, form, title=MOVE_WORDS[move], register=last.register, lead=MEANS[move])


@entitled(may_declare)
@require_http_methods(["GET", "POST"])
def move_gift(request: HttpRequest, entry: uuid.UUID, move: str) -> HttpResponse:
    """Correct a gift, or take it off."""
    last = queries.history_for(request.actor, Gift, entry)[-1]
    _require_move(GIFT_MOVES, last, move)
    form = GiftForm(sent(request), last=last, only=TAKEN_OFF if move == "withdraw" else ())
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        _require_seen(last, said["number"])
        made = actions.move_gift(
            last, move=move, facts=gift_of(said, last), reason=said["reason"], by=request.actor, at=clock.now()
        )
        messages.success(request, told_of(made))
        return redirect("governance:gift", entry)
    return shown(request, form, title=MOVE_WORDS[move], register=last.register, lead=MEANS[move])


def _asked(move: str) -> dict[str, Any]:
    """Which fields a move asks for."""
    only = {"change": CHANGED, "end": ENDED, "withdraw": TAKEN_OFF}
    return {"only": only[move]} if move in only else {"without": ("since",)}


def _require_move(moves: Any, last: Any, move: str) -> None:
    if move not in moves[last.state]:
        raise Http404


def _require_seen(last: Any, number: int) -> None:
    if number != last.number:
        raise RefusedInput(
            "Somebody else changed this entry meanwhile.", remedy="Open the page again and see what was done."
        )
