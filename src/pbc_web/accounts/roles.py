"""The roles people hold, as data: where each may be held, how far it sees and what it may do.

`docs/roles.md`, the handbook page, is printed from here. A duty is one verb of the work; predicates ask for duties, never
for names of roles, so that a role changes in one place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache

from pbc_web.organisations.kinds import COMMISSIONERS, GROUPS, REGIONS


class Sight(StrEnum):
    """How far a role sees from the organisation it is held in."""

    OWN_PRACTICE = "own_practice"  # the practice in detail; its group and commissioner as sums
    OWN_GROUP = "own_group"  # the group and each of its practices in detail; the commissioner as sums
    COMMISSIONER = "commissioner"  # the commissioner, its groups and every practice in detail
    SUMS = (
        "sums"  # sums of the commissioner, its groups and practices, small numbers protected; no practice's own pages
    )
    REGION = "region"  # the commissioners that answer to it, as sums; who is late
    NAMED = "named"  # only what names the organisation itself
    NOTHING = "nothing"  # no figure of any organisation


class Duty(StrEnum):
    """What a role may do."""

    READ_RECORDS = "read records behind a figure of the own practice"
    ACCEPT_BUDGET = "accept a budget offered"
    QUERY_BUDGET = "query a line of a budget"
    QUERY_FIGURE = "query a figure of a statement"
    ACKNOWLEDGE_STATEMENT = "acknowledge a statement"
    ESCALATE = "open an escalation to the region"
    SET_BUDGETS = "draft, offer and amend budgets"
    APPROVE_BUDGETS = "approve budget decisions another person proposed"
    ANSWER_QUERIES = "answer queries of budgets and figures"
    PUBLISH_STATEMENTS = "publish statements, and close a year"
    COMMENT_STATEMENT = "sign the commissioner's comment of a month"
    RECONCILE = "take in contracts, invoices and the ledger, reconcile them, own and settle differences"
    ANSWER_DIFFERENCES = "send the own hospital's invoices and what backs them, see and answer differences"
    DELIVER = "upload, check, accept and reject deliveries"
    KEEP_REGISTER = "keep the register of feeds and of organisations"
    ANSWER_ESCALATION = "answer an escalation"
    RECORD_UPTAKE = "record which practices take part"
    KEEP_INTERESTS = "keep the register of interests, and write down what others declare on paper"
    PROPOSE = "write and submit plans, business cases and uses of pots"
    HANDLE_PROPOSALS = "see proposals through to their decision, and decide those on the light route"
    REVIEW_PROPOSALS = "score proposals and ask about them"
    DECIDE_PROPOSALS = "sit on the committee that decides proposals, and vote"
    ARBITRATE = "arbitrate appeals against refusals"
    APPOINT = "invite people and appoint them in the own organisation"
    ADMINISTER = "invite and appoint anyone, and view as they see"


@dataclass(frozen=True)
class Role:
    """A role: its code, title, where it may be held, sight and duties."""

    code: str
    title: str
    held_in: tuple[str, ...]
    sight: Sight
    duties: frozenset[Duty] = frozenset()
    reads_audit: bool = False
    reads_all_audit: bool = False
    needs_second_factor: bool = False
    what: str = ""
    titles: Mapping[str, str] = field(
        default_factory=dict, compare=False
    )  # by kind of organisation, where it has its own

    def may(self, duty: Duty) -> bool:
        """Whether the role has a duty."""
        return duty in self.duties

    @property
    def keeps_register(self) -> bool:
        """Whether it keeps the register of organisations, whose app stands on a floor below and knows no duties."""
        return self.may(Duty.KEEP_REGISTER)

    @property
    def records_uptake(self) -> bool:
        """Whether it records which practices take part, likewise."""
        return self.may(Duty.RECORD_UPTAKE)


# The field's words for a role, by the kind of organisation it is held in: a regime has its own kinds, so this is then and now.
PAYER = {"pct": "PCT", "ccg": "CCG", "sub_icb": "Sub-ICB", "icb": "ICB"}
GROUP_LEAD = {"cluster": "Cluster lead", "pcn": "PCN clinical director", "neighbourhood": "Neighbourhood lead"}
OVERSIGHT = {"sha": "SHA performance manager", "region": "NHS England regional performance manager"}
COMMITTEE = {
    "pct": "Professional executive committee member", "ccg": "Governing body clinical member",
    "sub_icb": "Primary care committee member", "icb": "Primary care committee member",
}  # fmt: skip


def _of_payer(words: str) -> dict[str, str]:
    return {kind: f"{short} {words}" for kind, short in PAYER.items()}


def _role(
    code: str,
    title: str,
    held_in: tuple[str, ...],
    sight: Sight,
    *duties: Duty,
    what: str = "",
    reads_audit: bool = False,
    titles: Mapping[str, str] | None = None,
) -> Role:
    decides = {
        Duty.ACCEPT_BUDGET,
        Duty.SET_BUDGETS,
        Duty.APPROVE_BUDGETS,
        Duty.PUBLISH_STATEMENTS,
        Duty.DELIVER,
        Duty.READ_RECORDS,
        Duty.APPOINT,
        Duty.ADMINISTER,
        Duty.ANSWER_ESCALATION,
        Duty.RECONCILE,
        Duty.ANSWER_DIFFERENCES,
        Duty.HANDLE_PROPOSALS,
        Duty.DECIDE_PROPOSALS,
        Duty.ARBITRATE,
    }
    is_administrator = Duty.ADMINISTER in duties
    return Role(
        code, title, held_in, sight, frozenset(duties), reads_audit or is_administrator, is_administrator,
        bool(decides & set(duties)), what, titles or {},
    )  # fmt: skip


PRACTICE, SERVICE = ("practice",), ("service",)
_IN_PRACTICE = (Duty.QUERY_BUDGET, Duty.QUERY_FIGURE, Duty.ACKNOWLEDGE_STATEMENT)
ROLES = {
    role.code: role
    for role in (
        _role(
            "gp",
            "GP",
            PRACTICE,
            Sight.OWN_PRACTICE,
            *_IN_PRACTICE,
            Duty.ACCEPT_BUDGET,
            Duty.ESCALATE,
            Duty.READ_RECORDS,
            Duty.PROPOSE,
            what="Answers for the practice's care; may see the records behind its own figures.",
        ),
        _role(
            "practice_nurse",
            "Practice nurse",
            PRACTICE,
            Sight.OWN_PRACTICE,
            *_IN_PRACTICE,
            Duty.PROPOSE,
            what="Reads the practice's statement and asks about it.",
        ),
        _role(
            "practice_manager",
            "Practice manager",
            PRACTICE,
            Sight.OWN_PRACTICE,
            *_IN_PRACTICE,
            Duty.ACCEPT_BUDGET,
            Duty.ESCALATE,
            Duty.APPOINT,
            Duty.PROPOSE,
            what="Runs the practice: reads, asks, accepts the budget, brings in colleagues.",
        ),
        _role(
            "cluster_lead",
            "Cluster lead",
            GROUPS,
            Sight.OWN_GROUP,
            *_IN_PRACTICE,
            Duty.ACCEPT_BUDGET,
            Duty.ESCALATE,
            Duty.APPOINT,
            Duty.PROPOSE,
            titles=GROUP_LEAD,
            what="Leads a group of practices that commission together.",
        ),
        _role(
            "finance_manager",
            "Finance manager",
            COMMISSIONERS,
            Sight.COMMISSIONER,
            Duty.SET_BUDGETS,
            Duty.ANSWER_QUERIES,
            Duty.PUBLISH_STATEMENTS,
            Duty.COMMENT_STATEMENT,
            Duty.RECONCILE,
            Duty.REVIEW_PROPOSALS,
            titles=_of_payer("finance manager"),
            what="Sets budgets, answers for statements and signs the comment.",
        ),
        _role(
            "information_manager",
            "Information manager",
            COMMISSIONERS,
            Sight.COMMISSIONER,
            Duty.DELIVER,
            Duty.KEEP_REGISTER,
            Duty.PUBLISH_STATEMENTS,
            Duty.ANSWER_QUERIES,
            Duty.REVIEW_PROPOSALS,
            titles=_of_payer("information manager"),
            what="Takes in deliveries and keeps the registers of feeds and organisations.",
        ),
        _role(
            "commissioning_manager",
            "Commissioning manager",
            COMMISSIONERS,
            Sight.COMMISSIONER,
            Duty.ANSWER_QUERIES,
            Duty.RECORD_UPTAKE,
            Duty.KEEP_INTERESTS,
            Duty.COMMENT_STATEMENT,
            Duty.APPROVE_BUDGETS,
            Duty.APPOINT,
            Duty.HANDLE_PROPOSALS,
            Duty.REVIEW_PROPOSALS,
            titles=_of_payer("commissioning manager"),
            what="Works with practices: uptake, queries, and the second pair of eyes on budget decisions.",
        ),
        _role(
            "contracts_manager",
            "Contracts manager",
            COMMISSIONERS,
            Sight.COMMISSIONER,
            Duty.ANSWER_QUERIES,
            Duty.RECONCILE,
            Duty.REVIEW_PROPOSALS,
            titles=_of_payer("contracts manager"),
            what="Answers what concerns hospitals' contracts; checks what they charge.",
        ),
        _role(
            "public_health",
            "Public health specialist",
            COMMISSIONERS,
            Sight.SUMS,
            Duty.REVIEW_PROPOSALS,
            titles=_of_payer("public health specialist"),
            what="Reads need and spending across practices.",
        ),
        _role(
            "committee_member",
            "Committee member",
            COMMISSIONERS,
            Sight.SUMS,
            Duty.APPROVE_BUDGETS,
            Duty.REVIEW_PROPOSALS,
            Duty.DECIDE_PROPOSALS,
            reads_audit=True,
            titles=COMMITTEE,
            what="Recommends and approves what practices propose.",
        ),
        _role(
            "board_member",
            "Board member",
            COMMISSIONERS,
            Sight.SUMS,
            Duty.APPROVE_BUDGETS,
            Duty.REVIEW_PROPOSALS,
            Duty.DECIDE_PROPOSALS,
            reads_audit=True,
            titles=_of_payer("board member"),
            what="Answers for the commissioner's money.",
        ),
        _role(
            "non_executive",
            "Non-executive director",
            COMMISSIONERS,
            Sight.SUMS,
            Duty.APPROVE_BUDGETS,
            Duty.REVIEW_PROPOSALS,
            Duty.DECIDE_PROPOSALS,
            reads_audit=True,
            what="Chairs decisions; belongs to no practice.",
        ),
        _role(
            "performance_manager",
            "Performance manager",
            REGIONS,
            Sight.REGION,
            Duty.ANSWER_ESCALATION,
            Duty.ARBITRATE,
            titles=OVERSIGHT,
            what="Holds commissioners to their promises; answers escalations. Sees no practice's pages and not who read them.",
        ),
        _role(
            "joint_manager",
            "Joint manager",
            ("local_authority",),
            Sight.NAMED,
            what="Shares pooled lines with the commissioner.",
        ),
        _role(
            "pharmacist", "Pharmacist", (*PRACTICE, *GROUPS, *COMMISSIONERS), Sight.SUMS, what="Advises on prescribing."
        ),
        _role("dentist", "Dentist", COMMISSIONERS, Sight.SUMS, what="Sits with the committee."),
        _role(
            "lmc_representative",
            "Local medical committee representative",
            COMMISSIONERS,
            Sight.SUMS,
            what="Speaks for GPs.",
        ),
        _role(
            "patient_representative", "Patient representative", COMMISSIONERS, Sight.SUMS, what="Speaks for patients."
        ),
        _role(
            "provider_contract_manager",
            "Provider contract manager",
            ("provider",),
            Sight.NAMED,
            Duty.ANSWER_DIFFERENCES,
            what="Sees only what names the own hospital, and answers for it.",
        ),
        _role("supplier", "Supplier", ("supplier",), Sight.NAMED, what="Sees only what names the own company."),
        _role("facilitator", "Facilitator", SERVICE, Sight.NOTHING, what="Runs training days."),
        _role("researcher", "Survey researcher", SERVICE, Sight.NOTHING, what="Runs surveys."),
        _role(
            "administrator",
            "Administrator",
            SERVICE,
            Sight.NOTHING,
            Duty.ADMINISTER,
            Duty.APPOINT,
            Duty.KEEP_REGISTER,
            what="Keeps people, organisations and the service; sees no figures except by viewing as somebody, which is recorded. Opens no "
            "proposal through somebody of its commissioner, unless they hold a role of their own there and declared in it first.",
        ),
    )
}


@cache
def role_in(code: str, kind: str) -> Role:
    """This returns a role as it is called in a kind of organisation: the finance manager of a PCT, or of an ICB."""
    role = ROLES[code]
    return replace(role, title=role.titles.get(kind, role.title))
