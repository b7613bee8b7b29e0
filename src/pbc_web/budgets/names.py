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
