"""Words of budgets for pages: services, bases, sources of money."""

from __future__ import annotations

from pbc.reference.activity import SERVICES

BASES = {
    "historic": "By past activity",
    "fair_shares": "By fair shares, moving at a pace",
    "blend": "By a blend of past activity and fair shares",
}
SOURCES_IN_WORDS = {
    "practices": "Other lines of practices' budgets",
    "reserve": "The commissioner's reserve",
    "contingency": "Contingency",
    "national": "Money given nationally",
    "risk_pool": "The risk pool",
    "top_slice": "The top-slice",
}
EFFECTS = {  # kind of decision: what it does to others
    "adopt": "It makes the draft the year's budgets. From then on they are frozen: changes are decisions like this one.",
    "virement": "The sum of all budgets stays as it is: what one line gets another gives.",
    "in_year": "Other practices' budgets stay as they are: the money comes from where it says here.",
    "risk_pool": "Other practices' budgets stay as they are; the risk pool has as much less, or more.",
    "top_slice": "Other practices' budgets stay as they are; as much less of the top-slice is held back.",
    "holder": "No money moves. Who holds the budget answers for it from now on.",
    "saving_protected": "The practice's past counts as if the saving had not been made, in each of the years. The service has no more "
    "money for it, so the other practices' budgets bear it together.",
}  # fmt: skip
WHOLE = "The whole budget"


def service_title(code: str) -> str:
    """This returns a service line in words.

    >>> service_title("planned_care"), service_title(""), service_title("end_of_life")
    ('Planned hospital care', 'The whole budget', 'End of life')
    """
    if not code:
        return WHOLE
    return SERVICES[code].title if code in SERVICES else code.replace("_", " ").capitalize()


def in_order(amounts: dict[str, int]) -> list[tuple[str, int]]:
    """This returns services with their pence in the order pages list them."""
    known = {code: at for at, code in enumerate(SERVICES)}
    return sorted(amounts.items(), key=lambda item: (known.get(item[0], len(known)), item[0]))
