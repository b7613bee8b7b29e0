"""What reviewers, members, chairs, authors and the region do to a proposal."""

from __future__ import annotations

from django import forms
from django.shortcuts import get_object_or_404

from pbc_web.business_cases.actions import afterwards, clock, deciding, meetings, recusing, reviewing
from pbc_web.business_cases.actions.nobody_left import NO_JUDGE
from pbc_web.business_cases.acts import Act, Doing, asked, one_of, words
from pbc_web.business_cases.acts_of_handlers import (
    END_RECUSAL,
    MORE_CONDITIONS,
    away_fields,
    concerned_fields,
    keep_away,
    name_concerned,
    verdict_faults,
    verdict_fields,
    verdict_of,
)
from pbc_web.business_cases.models import AgendaItem, Appeal, Decision, Proposal, Question, Recommendation, Review
from pbc_web.business_cases.models.conflicts import SAYS
from pbc_web.business_cases.models.decisions import APPEAL
from pbc_web.business_cases.models.meetings import VOTES
from pbc_web.business_cases.queries.authors import authors_of
from pbc_web.business_cases.queries.conflicts import recusal_of
from pbc_web.business_cases.queries.in_sight import proposals_for
from pbc_web.business_cases.queries.reviews import recommendations_for
from pbc_web.business_cases.queries.sections import asked_about
from pbc_web.business_cases.queries.who_is_left import left_to_judge
from pbc_web.business_cases.rules import CRITERIA, rules_of
from pbc_web.shell.clock import day_of


def _concerns(doing: Doing) -> list[tuple[str, str]]:
    """Whose it is, who wrote it and whom it names: by this people know whether they have a stake. Nothing else of its papers."""
    held = doing.proposal
    writers = [each.person.name for each in authors_of(held) if each.person.name]
    named = [
        f"{each.named}: it {each.get_how_display()}" for each in held.concerns.select_related("organisation", "party")
    ]
    return [
        ("Whose it is", held.owner.name), ("Who wrote it", ", ".join(writers) or "Nobody who is still known"),
        ("Whom it names", ". ".join(named) or "Nobody beside its owner"),
    ]  # fmt: skip


def _stands_aside(doing: Doing) -> str:
    away = recusal_of(doing.by.person_id, doing.proposal)
    return "You take no part in deciding on it." if away is not None else ""


DECLARE = Act(
    "Declare before you open it", "Declare", "What you declared stands on record.",
    lambda it: recusing.declare(it.proposal, says=it.said["says"], words=it.said["words"], **it.who),
    lambda it: {
        "says": one_of("Have you, or has somebody close to you, a stake in it?", list(SAYS.items())),
        "words": asked("If so, what is it?", is_needed=False, hint="Name no patient, and nobody of your household."),
    },
    "You are asked once for each proposal, before you see its papers. Whoever has a stake in it stands aside: that is no wrongdoing.",
    about=_concerns, after=_stands_aside,
)  # fmt: skip


def _asks(doing: Doing) -> dict[str, forms.Field]:
    """What is asked, and about which section: one asked for on its route, or written all the same."""
    sections = [("", "All of it"), *((each.code, each.title) for each in asked_about(doing.proposal))]
    about = forms.ChoiceField(label="What is it about?", choices=sections, required=False)
    return {"section": about, "words": asked("What do you ask?")}


def _marks(doing: Doing) -> dict[str, forms.Field]:
    most = rules_of(doing.proposal.commissioner, on=day_of(doing.at)).whole("most_mark")
    found: dict[str, forms.Field] = {}
    for name, question in CRITERIA.items():
        marks = [(str(mark), str(mark)) for mark in range(most + 1)]
        found[f"mark_{name}"] = one_of(question, marks, hint=f"0 is the lowest, {most} the highest.")
        found[f"why_{name}"] = asked(f"Why this mark for {name}?")
    return found | {"words": asked("What else should whoever decides know?", is_needed=False)}


def _score(doing: Doing) -> object:
    marks = {name: (int(doing.said[f"mark_{name}"]), doing.said[f"why_{name}"]) for name in CRITERIA}
    review = get_object_or_404(Review, id=doing.key, proposal=doing.proposal, person=doing.by.person_id)
    return reviewing.score(review, marks=marks, words=doing.said["words"], **doing.who)


def _item(doing: Doing) -> AgendaItem:
    return get_object_or_404(AgendaItem.objects.select_related("meeting__panel"), id=doing.key, proposal=doing.proposal)


def _recommendation(doing: Doing) -> Recommendation:
    return get_object_or_404(recommendations_for(doing.by), id=doing.key, proposal=doing.proposal)


MEMBERS = {
    "ask": Act(
        "Ask the authors", "Ask", "The authors are asked.",
        lambda it: reviewing.ask(it.proposal, section=it.said["section"], words=it.said["words"], **it.who), _asks,
        "While a question about a section is open its authors may revise that section; what changed is shown with the answer.",
    ),
    "score": Act("Score it", "Give the scores", "Your scores stand on record.", _score, _marks, "Given once, and not changed afterwards."),
    "vote": Act(
        "Vote", "Vote", "Your vote stands on record.", lambda it: meetings.vote(_item(it), says=it.said["says"], **it.who),
        lambda it: {"says": one_of("How do you vote?", list(VOTES.items()))}, "Given once, and not changed afterwards.",
    ),
    "declare-result": Act(
        "Declare what the meeting decided", "Declare it", "It is recorded, and the authors are told.",
        lambda it: meetings.decide_at_meeting(_item(it), verdict_of(it.said), **it.who), verdict_fields,
        "By the votes of those who were there and may take part.", faults=verdict_faults, further=MORE_CONDITIONS,
    ),
    "chairs-action": Act(
        "Decide by chair's action", "Decide", "It is recorded, and the authors are told.",
        lambda it: meetings.act_as_chair(it.proposal, verdict_of(it.said), **it.who), verdict_fields,
        "The chair acts alone only where no meeting falls inside the clock.", faults=verdict_faults, further=MORE_CONDITIONS,
    ),
    "confirm": Act(
        "Confirm as the second person", "Confirm the approval", "It is approved, and the authors are told.",
        lambda it: deciding.confirm(_recommendation(it), **it.who),
    ),
    "turn-down": Act(
        "Do not confirm", "Do not confirm", "It is not confirmed: nothing is decided, and the clock runs on.",
        lambda it: deciding.turn_down(_recommendation(it), words=it.said["reason"], **it.who), words("Why?"),
    ),
    "keep-away": Act("Keep somebody away", "Keep them away", "They are kept away.", keep_away, away_fields),
    "end-recusal": END_RECUSAL,
}  # fmt: skip


def _others(doing: Doing) -> dict[str, forms.Field]:
    found = proposals_for(doing.by).filter(
        owner=doing.proposal.owner, commissioner=doing.proposal.commissioner, state__in=("submitted", "approved")
    )
    return {
        "replacement": one_of("By which?", [(each.code, str(each)) for each in found.exclude(id=doing.proposal.id)])
    }


def _supersede(doing: Doing) -> object:
    replacement: Proposal = proposals_for(doing.by).get(code=doing.said["replacement"])
    return afterwards.supersede(doing.proposal, replacement=replacement, **doing.who)


AUTHORS = {
    "answer": Act(
        "Answer a question", "Answer", "Your answer is sent.",
        lambda it: reviewing.answer(get_object_or_404(Question, id=it.key, proposal=it.proposal), words=it.said["words"], **it.who),
        lambda it: {"words": asked("Your answer", hint=get_object_or_404(Question, id=it.key, proposal=it.proposal).words)},
        "If it is about a section, revise that first: what changed is shown with your answer.",
    ),
    "resume": Act(
        "Say that what was missing is there", "Let the clock run", "The clock runs again, and the commissioner is told.",
        lambda it: clock.resume(it.proposal, **it.who),
    ),
    "concerned": Act("Say whom it concerns", "Name it", "It is named.", name_concerned, concerned_fields),
    "appeal": Act(
        "Appeal to the region", "Appeal", "The appeal is put to the region.",
        lambda it: afterwards.appeal(get_object_or_404(Decision, proposal=it.proposal), words=it.said["reason"], **it.who),
        words("Why was it wrongly refused?"), "A refusal is appealed once. Both sides are expected to follow what the region says.",
        after=lambda it: "" if left_to_judge(it.proposal, day_of(it.at)) else NO_JUDGE,
    ),
    "supersede": Act(
        "Replace it by another", "Replace it", "It is replaced, and the two are linked.", _supersede, _others,
        "Of one that waits the clock ends with it.",
    ),
}  # fmt: skip

ARBITRATE = Act(
    "Judge the appeal", "Give the judgement", "Both sides are told.",
    lambda it: afterwards.judge_appeal(
        get_object_or_404(Appeal, decision__proposal=it.proposal), state=it.said["state"], reasons=it.said["reasons"], **it.who
    ),
    lambda it: {
        "state": one_of("What is your judgement?", [(code, said) for code, said in APPEAL.items() if code != "open"]),
        "reasons": asked("Reasons"),
    },
    "Upheld or sent back, the case may come back as a new proposal; the refusal stays on record. Whoever has a stake in it leaves it to "
    "somebody else of the region.",
)  # fmt: skip
