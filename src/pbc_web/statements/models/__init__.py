"""Rows of the statements app and what the database itself holds of them."""

from pbc_web.statements.models.figure_queries import FigureQuery
from pbc_web.statements.models.gain_shares import GainAgreement
from pbc_web.statements.models.publications import Acknowledgement, NamedProvider, Publication
from pbc_web.statements.models.year_ends import Pot, PotMove, ReductionNotice, YearEndPosition

__all__ = [
    "Acknowledgement",
    "FigureQuery",
    "GainAgreement",
    "NamedProvider",
    "Pot",
    "PotMove",
    "Publication",
    "ReductionNotice",
    "YearEndPosition",
]
