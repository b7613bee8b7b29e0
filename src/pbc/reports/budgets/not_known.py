"""What a budget set by this formula does not know, in plain sentences: for the page that says so."""

from __future__ import annotations

from pbc.reports.view import Paragraph

HEADING = "What this budget does not know"
ALWAYS = (
    "Unmet need. The formula learns from the care that was given. People who need care and do not come for it, or wait for "
    "it, or are turned away, leave no trace in it.",
    "Temporary residents and people on no list. Money follows the list. Visitors, new arrivals, travellers and people "
    "without a home who are not registered are not counted, though the practice may care for them.",
    "People on the list who are not there. Lists hold people who have moved away or died and are not yet taken off; a practice "
    "with many of them looks larger than it is.",
    "Social care. What the council spends on care at home and in homes, and what happens when it spends less, is in no line.",
    "Housing and money at home. Damp, crowding, debt and loneliness are known only as far as the average of a small area tells.",
    "Care that is shared out by head. Community and mental health services are divided by list and not measured, so who "
    "uses more of them cannot be seen.",
    "This year's news. Lists and need are those of the day they were taken: a new estate, a closed surgery or an outbreak comes "
    "in with the next count.",
    "Luck. A few very ill people can move a small practice's year further than any formula; the chance bands say how far.",
)
OF_REGIME = {
    "england-2005": (
        "Care outside the tariff. Activity without a national price, such as much of mental health and community care, enters at "
        "what the contract says or not at all.",
        "The formula's own error. Even a formula built on each person's history left about a third of practices more than a "
        "tenth away from what they needed.",
    ),
    "england-2025": (
        "The remoteness and the market forces of each practice's hospitals, where a pot is shared by need alone.",
        "Money the neighbourhood team does not hold: specialised care, primary care contracts outside the pot, public health.",
        "Practices that merged, opened or closed after the weighted populations were published.",
    ),
}


def describe_not_known(regime: str) -> Paragraph:
    """This returns what a budget does not know, for the page that names it, under a regime's name."""
    return Paragraph("not-known", HEADING, (*ALWAYS, *OF_REGIME.get(regime, ())))
