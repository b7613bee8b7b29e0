"""Two workspaces and no join between them: the flows of analysis read nothing of the invoices' side."""

import re

INVOICES = re.compile(
    r"charged_activity|invoice_lines|reconciliation_(items|steps|practices)|ledger_entries|monitored_totals",
    re.IGNORECASE,
)
ANALYSIS = {
    "amend_budgets", "bill_contracts", "cells_held", "close_year", "compare_practices", "cost_delivery", "draft_budgets",
    "gain_share", "gather_statement", "make_budgets", "neighbourhood_pots", "past_activity", "preview_budgets", "receive_activity",
    "receive_register", "roll_up", "set_budgets", "share_pots", "state_month", "statement_inputs", "statement_positions",
    "stop_loss", "write_statements", "year_end_positions",
}  # fmt: skip


def test_flows_of_analysis_read_nothing_of_the_invoices_side(engine_modules) -> None:  # type: ignore[no-untyped-def]
    ours = {
        module.place: module
        for module in engine_modules
        if re.fullmatch(rf"src/pbc/flows/({'|'.join(sorted(ANALYSIS))})\.py", module.place)
    }
    assert len(ours) == len(ANALYSIS)
    assert [place for place, module in ours.items() if INVOICES.search(module.text)] == []


def test_methods_of_analysis_read_nothing_of_the_invoices_side(engine_modules) -> None:  # type: ignore[no-untyped-def]
    of_invoices = re.compile(r"src/pbc/methods/(reconciliation|ledger)/")
    methods = [
        module
        for module in engine_modules
        if module.place.startswith("src/pbc/methods/") and not of_invoices.match(module.place)
    ]
    assert [module.place for module in methods if INVOICES.search(module.text)] == []
