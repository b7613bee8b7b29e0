"""Who keeps what is freed up, as pages read it: by the rules of the site, and by an agreement signed on pages."""

from __future__ import annotations

from collections.abc import Collection

from pbc.flows.gain_terms import SignedTerms
from pbc.flows.show_gain_share import GainShareShown, show_gain_share, show_terms
from pbc.periods import FinancialYear
from pbc.reports.view import PageTable
from pbc_web.runs.reading import site_policy, site_store

__all__ = ["GainShareShown", "SignedTerms", "gain_share_of", "terms_of"]


def gain_share_of(
    year: FinancialYear, *, signed: SignedTerms | None, closed: tuple[str, str] | None, named: Collection[str]
) -> GainShareShown:
    """This returns what decides a year's gain share; `closed` is the newest position readers see, `named` who may be named."""
    return show_gain_share(site_store(), year=year, policy=site_policy(), signed=signed, closed=closed, named=named)


def terms_of(year: FinancialYear, terms: SignedTerms) -> PageTable:
    """This returns what an agreement says, in words; what the rules do not let an agreement say is refused."""
    return show_terms(site_policy(), terms, year=year)
