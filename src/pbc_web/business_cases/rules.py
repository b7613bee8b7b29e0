"""What the rules say of deciding: criteria and weights, reminders, levels of recusal, thresholds. All are policy values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pbc.policy import Policy
from pbc_web.budgets.rules import policy_of, regime_of
from pbc_web.business_cases.models import Proposal
from pbc_web.governance.rules import months_after
from pbc_web.organisations.models import Organisation

CRITERIA = {
    "need": "Does it meet a need of the people it is for?", "benefit": "Will patients be better off, and how will that be known?",
    "money": "Is it good value for money, whatever happens?", "safety": "Is it safe, and who answers for that?",
    "fairness": "Is it fair: who gains, who could lose, who can reach it?",
}  # fmt: skip


@dataclass(frozen=True)
class Rules:
    """The rule values of deciding for one commissioner on a day."""

    policy: Policy
    on: date

    def whole(self, name: str) -> int:
        """A whole number by its name."""
        return self.policy.whole(f"business_cases.{name}", on=self.on)

    def word(self, name: str) -> str:
        """A word by its name."""
        return self.policy.text(f"business_cases.{name}", on=self.on)

    @property
    def weights(self) -> dict[str, int]:
        """The weight of each criterion, in parts of their sum."""
        return {name: self.whole(f"weight_of_{name}") for name in CRITERIA}

    @property
    def remind_days(self) -> tuple[int, ...]:
        """How many days before a day people are reminded of it."""
        return self.whole("remind_first_days"), self.whole("remind_last_days")

    def needs_second(self, proposal: Proposal) -> bool:
        """Whether an approval needs a second person, by what the proposal moves in a year."""
        return (proposal.yearly_pence or 0) > self.whole("second_approver_above_pounds") * 100

    def decided_by(self, proposal: Proposal) -> str:
        """Who decides on the proposal's route: a delegated officer or the committee."""
        return self.word(f"{proposal.route}_decided_by")

    def lapses_from(self, decided_on: date) -> date:
        """The day from which an approval that was not begun may be let lapse."""
        return months_after(decided_on, self.whole("lapse_months"))


def rules_of(commissioner: Organisation, *, on: date) -> Rules:
    """This returns the rule values of a commissioner's deciding on a day."""
    return Rules(policy_of(regime_of(commissioner)), on)
