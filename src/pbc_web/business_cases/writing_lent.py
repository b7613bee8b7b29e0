"""What writing proposals lends when the app starts: sentences of the trail, choices rules decide, parts of the page, an ending."""

from __future__ import annotations

from pbc_web.audit.sentences import add_sentences
from pbc_web.business_cases.actions.appraising import KIND, note_appraised
from pbc_web.business_cases.reading_parts import lend_parts
from pbc_web.business_cases.routing import lend_known_choices
from pbc_web.runs.finishing import on_finish

WRITING = {
    "begin_proposal": "began the {kind} {code} of {owner}, to {commissioner}",
    "attach_file": "attached a {kind} file to {code}, digest {digest}",
    "take_off_file": "took a {kind} file off {code}, digest {digest}",
    "put_idea": "put an idea of {owner} to {commissioner}",
    "take_up_idea": "took up an idea of {owner}, begun as {code}",
    "decline_idea": "did not take up an idea of {owner}, with a reason",
    "ask_appraisal": "asked for the appraisal of {code}",
    "take_figure": "took the figure {figure} into {code}",
    "drop_figure": "took the figure {figure} off {code}",
    "rename_proposal": "changed the title or plan of the {kind} {code} of {owner}",
    "discard_proposal": "discarded the {kind} {code} of {owner}",
    "restore_proposal": "took up again the {kind} {code} of {owner}",
    "add_author": "had {who} write the {kind} {code} of {owner} with them",
    "join_authors": "joined those who write the {kind} {code} of {owner}",
    "leave_authors": "left those who write the {kind} {code} of {owner}",
    "withdraw_proposal": "withdrew the {kind} {code} of {owner} from {commissioner}",
    "save_section": "saved the section {section} of {code}, version {number}",
    "submit_proposal": "submitted the {kind} {code} of {owner} to {commissioner}, {route} route, due {due}",
}


def lend_writing() -> None:
    """Lend the trail, the sections, the reading page and the worker what writing has for them."""
    add_sentences(WRITING)
    lend_known_choices()
    lend_parts()
    on_finish(KIND, note_appraised)
