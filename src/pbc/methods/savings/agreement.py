"""Whose the freed-up money is in a year: by national rule, or only by a local agreement that names itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from pbc.errors import RefusedInput
from pbc.policy.policy import Policy

RETAINED_SHARE = "savings.retained_share"
AGREED_LOCALLY, BY_GAIN_SHARE = "agreed_locally", "gain_share"
NO_AGREEMENT = "no_local_agreement"


@dataclass(frozen=True)
class Split:
    """The part the practices keep, exact, with the rule it comes from. Without an agreement nothing is payable."""

    retained: Fraction
    rule: str
    source: str

    @property
    def is_payable(self) -> bool:
        """Whether there is a rule or an agreement to pay by."""
        return self.rule != NO_AGREEMENT


def find_split(policy: Policy, *, on: date) -> Split:
    """This returns the split in force on a day.

    `half`: the draft of October 2004. `agreed_locally`: up to all of it, and nothing payable until a local agreement
    says how much. `at_least`: a national least share, which a local agreement may raise, and lower only where a
    different approach was agreed with the practices. `gain_share`: a share alone gives nothing; `find_gain_agreement`
    says what the whole of a signed agreement does. Source: rules.md R4.1, R4.3, 13.1.
    """
    value = policy.value(RETAINED_SHARE, on=on)
    rule = policy.text("savings.retained_share_rule", on=on)
    is_local = value.status == "local_agreement"
    if isinstance(value.value, str) or rule == BY_GAIN_SHARE or (rule == AGREED_LOCALLY and not is_local):
        return Split(Fraction(0), NO_AGREEMENT, value.source)
    share = Fraction(str(policy.ratio(RETAINED_SHARE, on=on)))
    if not 0 <= share <= 1:
        raise RefusedInput("A share lies between 0 and 1.", where=RETAINED_SHARE, found=str(value.value))
    least = Fraction(str(policy.ratio("savings.least_retained_share", on=on)))
    if share < least and not policy.switch("savings.different_approach_agreed", on=on):
        raise RefusedInput(
            "Practices are entitled to more than this agreement gives them.", where=f"{RETAINED_SHARE}, {value.source}",
            found=str(value.value), expected=f"at least {float(least)}",
            remedy="Raise the share, or record that a different approach was agreed with the practices "
            "(savings.different_approach_agreed).",
        )  # fmt: skip
    return Split(share, rule, value.source)
