"""RESULTS AS SEEN: tables to chart specifications, workbooks, page rows and plain sentences."""

from pbc.reports.material import Answer, SetShown, StatementMaterial, Tiers
from pbc.reports.page import render_statement, write_statement
from pbc.reports.statement import build_statement
from pbc.reports.view import StatementView

__all__ = [
    "Answer",
    "SetShown",
    "StatementMaterial",
    "StatementView",
    "Tiers",
    "build_statement",
    "render_statement",
    "write_statement",
]
