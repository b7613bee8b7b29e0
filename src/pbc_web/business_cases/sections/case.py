"""What a business case says, section by section. Which of them a route asks for is a rule value (`business_cases.*_asks_for`)."""

from __future__ import annotations

from pbc_web.business_cases.sections.schema import (
    ASKED_ON,
    CHOICE,
    DAY,
    LINE,
    MONTH,
    POUNDS,
    ROWS,
    TICKS,
    YEAR,
    Column,
    Question,
    Section,
)

PAYERS = {
    "freed_up_resources": "Freed-up money", "commissioner_investment": "Investment by the commissioner",
    "contract_change": "A change of contract", "partner": "A partner",
}  # fmt: skip
COSTS = {
    "set_up": "Setting up", "running": "Running", "double_running": "Double running", "stranded_cost": "Stranded cost",
    "premises": "Premises", "workforce": "Workforce",
}  # fmt: skip
ACTIVITY = {
    "DC": "Day cases", "EL": "Ordinary elective stays", "NEL": "Emergency stays", "NELNE": "Other non-elective stays",
    "OPFA": "First outpatient attendances", "OPFUP": "Follow-up attendances", "OPPROC": "Outpatient procedures",
    "AE": "A&E attendances", "RX": "Items of prescribing",
}  # fmt: skip
YES = {"yes": "Yes", "no": "No"}
OPTIONS = (
    Column("option", "Letter, like A", is_needed=True), Column("name", "What it is called", is_needed=True),
    Column("do_nothing", "Is it doing nothing?", choices=YES, is_needed=True),
    Column("hospitals_told_on", "Hospitals told on, like 1 April 2009 or 2009-04-01", reads=DAY),
)  # fmt: skip
CHANGES = (
    Column("option", "Option", is_needed=True), Column("hospital", "Hospital's code"),
    Column("kind_of_activity", "Activity", choices=ACTIVITY, is_needed=True), Column("specialty", "Specialty, like 320, or empty for all"),
    Column("practice", "Practice's code, if one"), Column("change_a_year", "Change in a full year, like -120", is_needed=True),
    Column("least", "At least"), Column("most", "At most"),
    Column("from", "From month, like April 2009 or 2009-04", is_needed=True, reads=MONTH),
    Column("first_year_percent", "Reached in the first year, %"), Column("second_year_percent", "In the second, %"),
    Column("later_years_percent", "Later, %"),
)  # fmt: skip
COST_ROWS = (
    Column("option", "Option", is_needed=True), Column("year", "Year, like 2009-10", is_needed=True, reads=YEAR),
    Column("kind", "Cost", choices=COSTS, is_needed=True), Column("paid_from", "Paid from", choices=PAYERS, is_needed=True),
    Column("every_year", "Every year from then?", choices=YES, is_needed=True),
    Column("pounds", "Pounds", is_pounds=True, is_needed=True), Column("what_for", "What for", is_needed=True),
)  # fmt: skip
MONEY_ROWS = (
    Column("year", "Year, like 2009-10", is_needed=True, reads=YEAR), Column("paid_from", "Whose money", choices=PAYERS, is_needed=True),
    Column("pounds_named", "Pounds named", is_pounds=True, is_needed=True),
)  # fmt: skip
HEARD = (
    Column("who", "Who was asked", is_needed=True), Column("on", "On which day", is_needed=True, reads=ASKED_ON),
    Column("said", "What they said", is_needed=True),
)  # fmt: skip

CASE = (
    Section("need", "Need", "Whose need is it, and how do you know?", (
        Question("need", "What need does it address?"),
        Question("evidence", "What shows the need?", hint="Figures, with where they come from. Name no patient."),
        Question("now", "What happens today, and what is wrong with it?"),
    )),
    Section("proposal", "Proposal", "What would be done, not yet by whom.", (
        Question("what", "What do you propose?"),
        Question("benefits", "What gets better, for whom, by how much and when?", hint="It is held against what then happens."),
        Question("from_day", "When would the service change?", kind=DAY),
    )),
    Section("options", "Options", "Doing nothing is always one of them.", (
        Question("options", "Which options are there?", kind=ROWS, columns=OPTIONS, hint="One line each; exactly one is doing nothing."),
        Question("nothing", "What happens, at what cost and risk, if nothing is done?"),
        Question("why", "Which option do you propose, and why not the others?"),
    )),
    Section("activity_and_money", "Activity and money", "What is done elsewhere, or no longer, and what it costs.", (
        Question("yearly", "What is the most it moves in any one year?", kind=POUNDS,
                 hint="The larger of what it costs and what it takes out of services. It decides the route, "
                 "unless the rows of costs below come to more in one year: then they do."),
        Question("changes", "How does activity change?", kind=ROWS, columns=CHANGES, is_needed=False, hint="Fewer is below nought."),
        Question("costs", "What does it cost?", kind=ROWS, columns=COST_ROWS, is_needed=False, has_sum=True, hint="Saved: below nought."),
        Question("basis", "What do the figures rest on?"),
    )),
    Section("who_pays", "Who pays", "Whose money, from when, and when the bill really falls.", (
        Question("sources", "Where does the money come from?", kind=TICKS, choices=PAYERS),
        Question("money", "How much money is named?", kind=ROWS, columns=MONEY_ROWS, is_needed=False, has_sum=True),
        Question("double_running", "Is anything paid twice for a while, and who bears it?"),
        Question("notice", "What notice does the provider need, and when is it given?"),
        Question("bill_falls", "When does the hospital bill really fall, under the contract as it stands?"),
        Question("recurrent", "Is the money needed once, or every year?", kind=CHOICE,
                 choices={"once": "Once", "every_year": "Every year", "both": "Some once, some every year"}),
    )),
    Section("workforce_and_premises", "Workforce and premises", "Who does it, and where.", (
        Question("people", "Who does the work, how are they trained and supervised?"),
        Question("premises", "Where is it done, and is the place fit for it?"),
    )),
    Section("clinical_governance", "Clinical governance", "How care is kept safe and good.", (
        Question("lead", "Who answers for quality and safety?"),
        Question("standards", "Which standards hold, and how is it seen that they are met?"),
        Question("wrong", "What happens if something goes wrong?"),
    )),
    Section("patients_view", "Patients' view", "Whom you asked, when, and who was not heard.", (
        Question("heard", "Who was asked, and what did they say?", kind=ROWS, columns=HEARD),
        Question("not_heard", "Who was not heard, and what will you do about it?"),
        Question("changed", "What did you change because of it?"),
    )),
    Section("equality", "Equality", "Who might be left out.", (
        Question("affected", "Which groups of people are affected more than others?"),
        Question("done", "What is done so that nobody is worse off?"),
    )),
    Section("choice", "Effect on choice", "What patients can choose, before and after.", (
        Question("effect", "Can patients choose more or less than before, and how are they told?"),
    )),
    Section("risks", "Risks", "Tick what is so: it decides the route, together with the value.", (
        Question("risks", "Which of these are so?", kind=TICKS, choices_from="risks"),
        Question("other", "What else could go wrong, and what would you do?"),
    )),
    Section("stopping", "Stopping or shrinking a service", "Asked where a service stops or shrinks.", (
        Question("notice_given", "What notice is given, and to whom?"),
        Question("stranded", "What cost is left behind, and who bears it?"),
        Question("who_loses", "Who loses access, and where do they go instead?"),
        Question("consultation", "Who was or will be consulted, and when?"),
        Question("replacement", "What is in place before it stops?"),
        Question("replaced_from", "From which day is that in place?", kind=DAY),
    ), asked_for_risks=("stops_a_service", "shrinks_a_service")),
    Section("route_to_market", "Route to market", "By whom it is provided, kept apart from what is asked for.", (
        Question("market", "Which way to market do you suggest?", kind=CHOICE, choices_from="markets",
                 hint="The commissioner decides on it after approval."),
        Question("market_why", "Why?"),
    )),
    Section("conflicts", "Conflicts of interest", "What you, or somebody close to you, may gain.", (
        Question("interests", "Who of those who wrote this may gain from it, and how?",
                 hint="Say “nobody” if that is so. Everybody declares in the register of interests besides."),
        Question("provider", "Would any of them provide the service?", kind=CHOICE, choices=YES),
        Question("names", "Which organisations might provide it?", kind=LINE, is_needed=False),
    )),
)  # fmt: skip
