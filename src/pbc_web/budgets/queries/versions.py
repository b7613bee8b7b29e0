"""A practice's budget version by version: what each holds, and what it changed of the one before."""

from __future__ import annotations

from dataclasses import dataclass

from pbc_web.accounts.actor import Actor
from pbc_web.budgets.models import Round, Version
from pbc_web.budgets.queries.listings import version_lines_seen_by
from pbc_web.organisations.models import Organisation


@dataclass(frozen=True)
class Held:
    """A practice's budget in one version: pence by service, and the difference from the version before."""

    version: Version
    amounts: dict[str, int]
    changes: dict[str, int]

    @property
    def total_pence(self) -> int:
        """The whole budget."""
        return sum(self.amounts.values())

    @property
    def change_pence(self) -> int:
        """What the version added to the whole."""
        return sum(self.changes.values())


def versions_of(practice: Organisation, in_round: Round, actor: Actor) -> list[Held]:
    """This returns the versions of a practice's budget, first to last, with what changed in each."""
    lines = (
        version_lines_seen_by(actor)
        .filter(practice=practice, version__round=in_round)
        .order_by("version__number", "id")
    )
    by_version: dict[Version, dict[str, int]] = {}
    for line in lines:
        by_version.setdefault(line.version, {})[line.service] = line.amount_pence
    found: list[Held] = []
    for version, amounts in by_version.items():
        before = found[-1].amounts if found else {}
        changed = {name: pence - before.get(name, 0) for name, pence in amounts.items() if pence != before.get(name, 0)}
        found.append(Held(version, amounts, changed if found else {}))
    return found
