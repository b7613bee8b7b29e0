"""What the demonstration is filled with: each app lends a function that calls its own actions, run once in this order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from pbc_web.accounts import demonstration as accounts
from pbc_web.budgets import demonstration as budgets
from pbc_web.business_cases import deciding_demonstration as deciding
from pbc_web.business_cases import demonstration as business_cases
from pbc_web.business_cases import library_demonstration as library
from pbc_web.deliveries import demonstration as deliveries
from pbc_web.governance import demonstration as governance
from pbc_web.ledger import demonstration as ledger
from pbc_web.mobilisation import demonstration as mobilisation
from pbc_web.organisations import demonstration as organisations
from pbc_web.panels import demonstration as panels
from pbc_web.reinvestment import demonstration as reinvestment
from pbc_web.statements import demonstration as statements

# An app's function has what it needs from the database and the site's store; `at` is the moment the demonstration begins.
Fill = Callable[[datetime], None]
FILLS: tuple[Fill, ...] = (
    organisations.fill,
    accounts.fill,
    deliveries.fill,
    budgets.fill,
    statements.fill,
    ledger.fill,
    governance.fill,
    panels.fill,
    business_cases.fill,
    deciding.fill,
    library.fill,
    reinvestment.fill,
    mobilisation.fill,
)

# The main roles, in the order they are offered, each with what to look at.
LOOK_AT = {
    "practice_manager": "See the practice's statement explain itself: {late}; {reissued}.",
    "gp": "Ask where a figure comes from, down to the records behind it.",
    "cluster_lead": "See how the practices of a group stand, and who has read the statement.",
    "finance_manager": "Set next year's budgets, compare drafts, and offer them before 1 May.",
    "information_manager": "Take in a file and see what is refused, row by row: one with mistakes is there to download.",
    "commissioning_manager": "See which proposals are due next and decide one; give the second pair of eyes to a budget decision.",
    "performance_manager": "See what is late with the commissioners, and answer what was put to you.",
    "board_member": "Read the sums and the audit trail; see that a proposal you have a stake in is nowhere.",
    "contracts_manager": "Accept the invoices that wait under Files for the ledger; hold what hospitals charged against what care "
    "cost, line by line, and settle the differences.",
    "administrator": "See people, roles and the trail; view the pages as somebody else sees them.",
}
