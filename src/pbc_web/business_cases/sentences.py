"""How the trail says what was done on the way to a decision."""

from __future__ import annotations

DECIDING = {
    "clock_stopped": "stopped the clock of {code} for a missing item",
    "clock_resumed": "let the clock of {code} run again",
    "clock_deferred": "put {code} off",
    "clock_decided_in_principle": "agreed {code} in principle",
    "clock_withdrawn_at_request": "withdrew {code} at the commissioner's request",
    "declare_nothing_of_proposal": "declared to have no stake in {code}",
    "declare_something_of_proposal": "declared a stake in {code}",
    "keep_away": "kept {person} away from {code}: {level}",
    "end_recusal": "let {person} take part in {code} after all",
    "name_concerned": "named an organisation that {code} concerns: it {how}",
    "ask_for_review": "asked {person} to score {code}",
    "score_proposal": "scored {code}",
    "ask_author": "asked the authors of {code} a question",
    "answer_question": "answered a question about {code}",
    "recommend_proposal": "recommended {code} for approval {how}, to be confirmed by a second person",
    "turn_down_recommendation": "did not confirm that {code} be approved",
    "approve_proposal": "approved {code} {how}",
    "refuse_proposal": "refused {code} {how}",
    "put_on_agenda": "set {code} before the meeting of {panel} on {on}",
    "take_off_agenda": "took {code} off the agenda of {on}",
    "vote_on_proposal": "voted on {code}",
    "judge_condition": "found a condition of {code} {how}",
    "appeal_refusal": "appealed to {region} against the refusal of {code}",
    "judge_appeal": "judged the appeal about {code}: {how}",
    "lapse_proposal": "let the approval of {code} lapse",
    "supersede_proposal": "replaced {code} by {by_code}",
}

LIBRARY = {
    "set_opening": "said who may read {code}: {who}",
    "show_to_anyone": "showed {code} on the public page",
    "take_off_public_page": "took {code} off the public page",
    "start_from_library": "copied {count} open sections of {source} to {code}",
}

YEAR = {
    "write_intention": "wrote an intention of {commissioner} for {year}, from {count} lines of proposals",
    "change_intention": "changed an intention of {commissioner} for {year}, from {count} lines of proposals",
    "agree_intention": "agreed an intention of {commissioner} for {year}",
    "drop_intention": "dropped an intention of {commissioner} for {year}",
    "leave_line_out": "left a line of {code} out of the plan of {commissioner} for {year}, with the reason",
    "tick_step": "said that a step of {commissioner} for {year} is done since {day}: {step}",
    "untick_step": "said that a step of {commissioner} for {year} is not done: {step}",
}
