"""The register of the demonstration: everybody has declared, most that there is nothing; a handful have made-up interests."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from pbc_web.accounts.demonstration import somebody
from pbc_web.accounts.models import Person
from pbc_web.accounts.queries import acting_as
from pbc_web.governance.actions import GiftFacts, InterestFacts, confirm, declare_gift, declare_interest, party_named
from pbc_web.governance.queries import register_of
from pbc_web.organisations.models import Organisation
from pbc_web.shell.clock import day_of

COMPANY = "Made-up Diagnostics Ltd"
SERVICES = "Made-up Community Services"
SHARES = "Made up: a share of the company that runs the scanner."
WIFE = "Made up: works there as a nurse."
TRUSTEE = "Made up: an unpaid trustee."
DINNER = "Made up: a dinner after a meeting of suppliers."
OFFERED = "Made up: offered to all who were there; refused, as a contract was soon to be let."


def fill(at: datetime) -> None:
    """Have each declare: a GP holds shares in a company that is a partner of a hospital; the commissioner has services of its own."""
    said_at = at - timedelta(days=40)
    day, long_ago = day_of(said_at), day_of(said_at) - timedelta(days=400)
    hospital = Organisation.objects.filter(kind="provider").order_by("code")[0]
    keeper, gp, board, committee = (
        somebody(role) for role in ("commissioning_manager", "gp", "board_member", "committee_member")
    )
    own = {
        gp: InterestFacts("financial", "shareholder", COMPANY, SHARES, day - timedelta(days=60), percent=Decimal(30)),
        board: InterestFacts("indirect", "household", hospital, WIFE, long_ago, through="spouse"),
        committee: InterestFacts("professional", "director", "Made-up Hospice", TRUSTEE, long_ago),
    }
    for actor, facts in own.items():
        register = register_of(actor)
        if register is not None:
            declare_interest(
                facts,
                holder=Person.objects.get(id=actor.person_id),
                register=register,
                declared_on=day,
                by=actor,
                at=said_at,
            )
    _keep(keeper.organisation, hospital, at=said_at)
    dinner = GiftFacts("hospitality", COMPANY, DINNER, 6_000, False, OFFERED, day - timedelta(days=10))
    declare_gift(
        dinner, person=Person.objects.get(id=committee.person_id), register=committee.organisation, declared_on=day, by=committee,
        at=said_at,
    )  # fmt: skip
    _confirm_all({actor.person_id for actor in own}, said_at)


def _keep(register: Organisation, hospital: Organisation, *, at: datetime) -> None:
    """Ties between organisations, written down by whoever keeps the register."""
    keeper, since = somebody("commissioning_manager"), day_of(at) - timedelta(days=300)
    for name, tie, about in ((COMPANY, "partner", hospital), (SERVICES, "part", register)):
        facts = InterestFacts("financial", tie, about, "Made up.", since)
        declare_interest(
            facts, holder=party_named(name, register), register=register, declared_on=since, by=keeper, at=at
        )


def _confirm_all(declared: set[int], at: datetime) -> None:
    """All others have nothing to declare."""
    for person in Person.objects.exclude(id__in=declared).filter(appointments__isnull=False).distinct().order_by("id"):
        actor = acting_as(person, {})
        register = register_of(actor) if actor else None
        if actor is not None and register is not None:
            confirm(person=person, register=register, says="nothing", declared_on=day_of(at), by=actor, at=at)
