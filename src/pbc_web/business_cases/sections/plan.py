"""What a PBC plan says, and what the use of a pot says, section by section: every one of them is asked for."""

from __future__ import annotations

from pbc_web.business_cases.sections.case import HEARD
from pbc_web.business_cases.sections.schema import CHOICE, POUNDS, ROWS, TICKS, Column, Question, Section

LINES = (
    Column("line", "Line", is_needed=True),
    Column("pounds", "Pounds", is_pounds=True, is_needed=True),
    Column("why", "Why"),
)

PLAN = (
    Section("priorities", "Priorities", "What you will work on this year, the most important first.", (
        Question("priorities", "What are your priorities?", kind=ROWS, columns=(
            Column("priority", "Priority", is_needed=True), Column("by", "By when"), Column("measure", "How you will know"),
        )),
        Question("why", "Why these?"),
    )),
    Section("needs", "Needs of your people", "Registers, deprivation and what is not met.", (
        Question("registers", "What do your disease registers show?", hint="Numbers of people on registers, never a person."),
        Question("deprivation", "How deprived are your people, and what follows?"),
        Question("unmet", "Which needs are not met today?"),
    )),
    Section("patients_view", "Patients' view", "Whom you asked, when, and who was not heard.", (
        Question("heard", "Who was asked, and what did they say?", kind=ROWS, columns=HEARD),
        Question("not_heard", "Who was not heard, and what will you do about it?"),
    )),
    Section("money", "Money by line", "What each line of the plan takes in the year.", (
        Question("lines", "Which lines does the plan have?", kind=ROWS, columns=LINES, has_sum=True, hint="What is saved is below nought."),
        Question("sources", "Where does the money come from?"),
    )),
    Section("management", "Management costs", "What running the plan itself costs, item by item.", (
        Question("items", "Which items?", kind=ROWS, columns=(
            Column("item", "Item", is_needed=True), Column("pounds", "Pounds a year", is_pounds=True, is_needed=True),
        ), has_sum=True, hint="Time of people, premises, data, training."),
        Question("paid_by", "Who pays them?"),
    )),
    Section("fit", "Fit with local targets", "How the plan serves what the commissioner has promised.", (
        Question("targets", "Which local targets does it serve, and how?"),
        Question("effect", "What does it change for other practices and services?"),
    )),
    Section("conflicts", "Conflicts of interest", "What you, or somebody close to you, may gain.", (
        Question("interests", "Who of those who wrote this may gain from it, and how?", hint="Say “nobody” if that is so."),
    )),
)  # fmt: skip

USE_OF_POT = (
    Section("use", "What for", "What the money is spent on. It is never anybody's personal income.", (
        Question("use", "What is it for?", kind=CHOICE, choices_from="uses"),
        Question("what", "What exactly would be bought or paid?"),
        Question("amount", "How much?", kind=POUNDS),
        Question("recurrent", "Is it spent once, or every year?", kind=CHOICE,
                 choices={"once": "Once", "every_year": "Every year"}),
    )),
    Section("benefit", "Benefit to patients", "What patients have of it.", (
        Question("benefit", "What gets better for patients, and how will you know?"),
    )),
    Section("fit", "Fit and risks", "How it fits the plan, and what could go wrong.", (
        Question("fit", "How does it fit your plan and local targets?"),
        Question("risks", "Which of these are so?", kind=TICKS, choices_from="risks"),
        Question("other", "What else could go wrong?"),
    )),
    Section("conflicts", "Conflicts of interest", "What you, or somebody close to you, may gain.", (
        Question("interests", "Who of those who wrote this may gain from it, and how?", hint="Say “nobody” if that is so."),
    )),
)  # fmt: skip
