"""Kinds and states of a proposal, the moves each state permits and the levels of recusal, as data."""

from __future__ import annotations

from pbc_web.shell.moves import Table

KINDS = {"plan": "PBC plan", "case": "Business case", "use_of_pot": "Use of a pot"}

STATES = {
    "draft": "Draft", "discarded": "Discarded", "submitted": "Waiting for a decision", "approved": "Approved", "refused": "Refused",
    "withdrawn": "Withdrawn", "lapsed": "Lapsed", "superseded": "Replaced by another",
}  # fmt: skip
UNSEEN = ("draft", "discarded")  # nobody but its authors sees these
SEEN = tuple(each for each in STATES if each not in UNSEEN)  # it was submitted once: its papers are read by others
SETTLED_IN = ("submitted", "approved")  # while somebody still does something about it, it is settled who is kept away
OPEN = ("draft", "submitted")  # what somebody still has to do something about
COMES_BACK = ("withdrawn", "refused", "lapsed")  # what may be begun again under a new code
MOVES: Table = {
    "draft": {"submit": "submitted", "discard": "discarded"},
    "discarded": {"restore": "draft"},
    "submitted": {"approve": "approved", "refuse": "refused", "withdraw": "withdrawn", "supersede": "superseded"},
    "approved": {"lapse": "lapsed", "supersede": "superseded"},
    "refused": {},
    "withdrawn": {},
    "lapsed": {},
    "superseded": {},
}

IDEA_STATES = {"waiting": "Waiting for an answer", "taken_up": "Taken up", "declined": "Not taken up"}
IDEA_MOVES: Table = {"waiting": {"take_up": "taken_up", "decline": "declined"}, "taken_up": {}, "declined": {}}

LEVELS = {  # of recusal, the least first: what each hides
    "may_speak": "Reads the papers and may speak, and neither scores, votes nor decides.",
    "leaves": "Reads the papers, and neither takes part in the discussion, scores, votes nor decides.",
    "no_papers": "Sees nothing of it: no paper, no list, no count, no notice. Once it is decided: outcome and reasons, as everybody does.",
}
KEPT_IN = ("conflicts",)  # sections that are never opened to others: they name people

INTENTIONS = {"proposed": "Proposed", "agreed": "Agreed", "dropped": "Dropped"}
INTENTION_MOVES: Table = {
    "proposed": {"agree": "agreed", "drop": "dropped"},
    "agreed": {"drop": "dropped"},
    "dropped": {},
}
