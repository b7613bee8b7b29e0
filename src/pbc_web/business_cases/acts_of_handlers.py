"""What whoever handles a commissioner's proposals does to one."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.shortcuts import get_object_or_404

from pbc_web.accounts.models import Person
from pbc_web.accounts.queries import appointments_on, named_with_posts
from pbc_web.accounts.roles import Duty
from pbc_web.business_cases.actions import afterwards, clock, deciding, meetings, recusing, reviewing
from pbc_web.business_cases.actions.deciding import Verdict
from pbc_web.business_cases.acts import Act, Doing, asked, one_of, words
from pbc_web.business_cases.models import AgendaItem, Condition, Recusal
from pbc_web.business_cases.models.conflicts import HOW
from pbc_web.business_cases.models.decisions import OUTCOMES
from pbc_web.business_cases.queries.conflicts import recusal_of
from pbc_web.business_cases.queries.meetings import items_of, kept_out, meetings_for, without_meeting
from pbc_web.business_cases.states import LEVELS
from pbc_web.governance.forms import organisation_named
from pbc_web.notices.queries import people_with
from pbc_web.panels.models import Member
from pbc_web.shell.clock import day_of
from pbc_web.shell.form_fields import DayField, WordsField
from pbc_web.shell.words import day

MORE_CONDITIONS = "Make room for more conditions before you write"
ONE_SENTENCE = 200  # signs
READ_BY_ALL = "Everybody who reads the proposal reads it. Name no patient and nobody's household."
LEVEL_WORDS = {"may_speak": "May speak", "leaves": "Leaves", "no_papers": "Sees no papers"}


def verdict_fields(doing: Doing) -> dict[str, forms.Field]:
    """What is decided, and why."""
    found: dict[str, forms.Field] = {
        "outcome": one_of("What is decided?", list(OUTCOMES.items())),
        "reasons": asked("Reasons", hint="Every practice of the commissioner reads them."),
        "would_resolve": asked("Of a refusal: what would resolve the reasons?", is_needed=False),
    }
    for number in range(1, doing.rows + 1):
        found[f"condition_{number}"] = asked(f"Of an approval: condition {number}", is_needed=False)
        found[f"due_{number}"] = DayField(label=f"Condition {number}, if there is one, is due on", required=False)
    for name, each in found.items():  # read by the form's macro: these are no choice where their label says when
        each.says_when_needed = name.startswith(("would", "due"))  # type: ignore[attr-defined]
    return found


def verdict_of(said: Any) -> Verdict:
    """This returns what was filled in as a verdict; what resolves a refusal is no part of an approval."""
    pairs = ((said[f"condition_{number}"], said[f"due_{number}"]) for number in _numbers(said))
    conditions = tuple((each, due or date.min) for each, due in pairs if each or due)  # without a day it is refused
    resolve = said["would_resolve"] if said["outcome"] == "refused" else ""
    return Verdict(said["outcome"], said["reasons"], resolve, conditions)


def verdict_faults(doing: Doing, said: Any) -> dict[str, str]:
    """This returns what a condition lacks, by field."""
    found = {}
    for number in _numbers(said):
        words, due = said[f"condition_{number}"], said[f"due_{number}"]
        if words and (due is None or due < day_of(doing.at)):
            found[f"due_{number}"] = f"Condition {number} needs a day still to come by which it is due"
        if due and not words:
            found[f"condition_{number}"] = f"Condition {number}: say what is to be done by that day"
    return found


def _numbers(said: Any) -> range:
    return range(1, sum(name.startswith("condition_") for name in said) + 1)


def _reviewers(doing: Doing) -> dict[str, forms.Field]:
    out = kept_out(doing.proposal) | set(doing.proposal.reviews.values_list("person_id", flat=True))
    able = people_with(Duty.REVIEW_PROPOSALS, organisations=[doing.proposal.commissioner], on=day_of(doing.at))
    people = named_with_posts((each for each in able if each.id not in out), on=day_of(doing.at))
    return {"person": one_of("Who is asked to score it?", list(people.items()))}


def away_fields(doing: Doing) -> dict[str, forms.Field]:
    """Who is kept away, how far, and why."""
    held = (
        appointments_on(day_of(doing.at))
        .filter(organisation=doing.proposal.commissioner)
        .exclude(person=doing.by.person_id)
    )
    panels = doing.proposal.items.filter(taken_off_at__isnull=True).values("meeting__panel")
    seats = Member.objects.filter(panel__in=panels).exclude(person=doing.by.person_id).select_related("person")
    found = {each.person_id: each.person for each in (*held.order_by("person__name"), *seats)}
    people = named_with_posts(found.values(), on=day_of(doing.at))
    level = one_of("How far?", [(code, LEVEL_WORDS[code]) for code in LEVELS])
    level.choice_hints = LEVELS  # type: ignore[attr-defined]  # read by the form's macro
    return {
        "person": one_of("Who is kept away?", list(people.items())), "level": level,
        "reason": asked("Why, in one sentence?", hint=READ_BY_ALL, most=ONE_SENTENCE),
    }  # fmt: skip


def keep_away(doing: Doing) -> object:
    """Keep somebody away."""
    said = doing.said
    return recusing.keep_away(
        doing.proposal, person_id=int(said["person"]), level=said["level"], reason=said["reason"], **doing.who
    )


def end_recusal(doing: Doing) -> object:
    """Let somebody take part after all."""
    return recusing.end_recusal(
        get_object_or_404(Recusal, id=doing.key, proposal=doing.proposal), reason=doing.said["reason"], **doing.who
    )


def _still_away(doing: Doing) -> str:
    ended = get_object_or_404(Recusal, id=doing.key)
    return "They declared a stake, and are kept away by that." if recusal_of(ended.person_id, doing.proposal) else ""


END_RECUSAL = Act(
    "Let somebody take part after all", "Let them take part", "This keeps them away no longer; the reason stands on record.", end_recusal,
    words("Why, in a sentence everybody may read?"), "Whoever declared a stake is kept away by that until it is ended for itself.",
    after=_still_away,
)  # fmt: skip


class ConcernedField(WordsField):
    """The code or name of an organisation; a name no register knows stands for a company, and holds no patient."""

    def clean(self, value: Any) -> Any:
        """This returns the organisation, or the name."""
        return organisation_named(super().clean(value), is_other=False)


def concerned_fields(doing: Doing) -> dict[str, forms.Field]:
    """Whom it concerns, and how."""
    return {
        "about": ConcernedField(
            label="Which organisation or company?", max_length=120, widget=forms.TextInput(), help_text="Its code, or its name.",
            error_messages={"required": "Enter the organisation or company"},
        ),
        "how": one_of("What is its part?", [(code, f"It {said}") for code, said in HOW.items()]),
    }  # fmt: skip


def name_concerned(doing: Doing) -> object:
    """Name whom it concerns."""
    return recusing.name_concerned(doing.proposal, about=doing.said["about"], how=doing.said["how"], **doing.who)


def _meetings(doing: Doing) -> dict[str, forms.Field]:
    due, held = doing.proposal.due_on, [each.meeting for each in items_of(doing.proposal)]
    said = [
        (
            each.id,
            f"{day(each.meets_on)}, {each.panel}; papers until {day(each.papers_due_on)}"
            + (f"; after it is due on {day(due)}" if due and each.meets_on > due else ""),
        )
        for each in meetings_for(doing.proposal, day_of(doing.at))
        if each not in held
    ]
    hint = f"It stands before {' and '.join(day(each.meets_on) for each in held)}, and is moved." if held else ""
    return {"meeting": one_of("Which meeting?", said, hint=hint)}


def _item(doing: Doing) -> AgendaItem:
    return get_object_or_404(AgendaItem.objects.select_related("meeting__panel"), id=doing.key, proposal=doing.proposal)


def _condition(doing: Doing) -> Condition:
    return get_object_or_404(
        Condition.objects.select_related("decision__proposal"), id=doing.key, decision__proposal=doing.proposal
    )


def _judged(doing: Doing) -> dict[str, forms.Field]:
    return {
        "is_met": one_of("Was it met?", [("yes", "Yes"), ("no", "No")]),
        "evidence": asked("What shows it?", hint=_condition(doing).words),
    }


RUNS_ON = "This is no decision: the clock runs on, and the due date stays."
HANDLERS = {
    "stop": Act(
        "Stop the clock", "Stop the clock", "The clock is stopped, and the authors are told what is missing.",
        lambda it: clock.stop(it.proposal, missing_item=it.said["missing_item"], **it.who),
        words("What is missing?", name="missing_item", most=ONE_SENTENCE),
        "A clock is stopped once, early, for something its author left out. The due date stays; net days are counted beside.",
    ),
    "resume": Act(
        "Let the clock run again", "Let it run", "The clock runs again.", lambda it: clock.resume(it.proposal, **it.who),
    ),
    "defer": Act(
        "Put it off", "Put it off", "It is put off, and the authors are told why.",
        lambda it: clock.defer(it.proposal, reason=it.said["reason"], **it.who), words("Why?"), RUNS_ON,
    ),
    "in-principle": Act(
        "Agree it in principle", "Agree in principle", "It is agreed in principle, and the authors are told what is open.",
        lambda it: clock.decide_in_principle(it.proposal, reason=it.said["reason"], **it.who), words("What is still open?"), RUNS_ON,
    ),
    "withdraw-at-request": Act(
        "Have it withdrawn at our request", "Have it withdrawn", "It is withdrawn at your request, and the authors are told why.",
        lambda it: clock.withdraw_at_request(it.proposal, reason=it.said["reason"], **it.who), words("Why?"), RUNS_ON,
    ),
    "review": Act(
        "Ask for a review", "Ask them", "They are asked, and told by when.",
        lambda it: reviewing.assign(it.proposal, person=get_object_or_404(Person, id=it.said["person"]), **it.who), _reviewers,
    ),
    "concerned": Act(
        "Say whom it concerns", "Name it", "It is named. Whoever has a stake in it is kept away.", name_concerned, concerned_fields,
    ),
    "keep-away": Act("Keep somebody away", "Keep them away", "They are kept away.", keep_away, away_fields),
    "end-recusal": END_RECUSAL,
    "agenda": Act(
        "Set it before a meeting", "Set it before the meeting", "It stands on the agenda; the members and the authors are told.",
        lambda it: meetings.put_on_agenda(it.proposal, meeting=_chosen(it), **it.who), _meetings,
        "Offered are meetings that still take papers, of the panel that can decide on it; where too few of the commissioner's own may "
        "take part, of the neighbour's that stands in.",
        instead=lambda it: without_meeting(it.proposal, day_of(it.at)),
    ),
    "off-agenda": Act(
        "Take it off the agenda", "Take it off", "It is off the agenda.", lambda it: meetings.take_off_agenda(_item(it), **it.who),
    ),
    "decide": Act(
        "Decide as the delegated officer", "Decide", "It is recorded, and the authors are told.",
        lambda it: deciding.decide_as_officer(it.proposal, verdict_of(it.said), **it.who), verdict_fields, faults=verdict_faults,
        further=MORE_CONDITIONS,
    ),
    "condition": Act(
        "Judge a condition", "Say so", "It stands on record, and the authors are told.",
        lambda it: afterwards.judge_condition(
            _condition(it), is_met=it.said["is_met"] == "yes", evidence=it.said["evidence"], **it.who
        ), _judged,
    ),
    "lapse": Act(
        "Let the approval lapse", "Let it lapse", "The approval has lapsed, and the authors are told why.",
        lambda it: afterwards.lapse(it.proposal, reason=it.said["reason"], **it.who), words("Why?"),
    ),
}  # fmt: skip


def _chosen(doing: Doing) -> Any:
    found = {str(each.id): each for each in meetings_for(doing.proposal, day_of(doing.at))}
    return found[doing.said["meeting"]]
