"""Reading what the engine published: the store, the rules and the words of the regime, and how a figure came about."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from pbc.flows.gather_statement import tiers_of
from pbc.flows.one_commissioner import commissioners_held
from pbc.periods import FinancialYear
from pbc.policy import Policy, load_policy
from pbc.reports import Tiers
from pbc.results import Store
from pbc_web.runs.journeys import Site


def site() -> Site:
    """This returns where work is done: the store and the rules."""
    return Site(site_store(), site_policy())


def site_store() -> Store:
    """This returns the store of published sets."""
    return Store(Path(settings.PBC_STORE))


def site_regime() -> str:
    """This returns the regime: that of the register held, else the one of the settings."""
    register = site_store().find("register")
    return (register.receipt.regime if register else "") or settings.PBC_REGIME


def site_policy() -> Policy:
    """This returns the rules in force with the local agreements of PBC_POLICY laid over them."""
    agreements = tuple(Path(each) for each in settings.PBC_POLICY)
    return _policy(site_regime(), tuple((path, path.stat().st_mtime_ns) for path in agreements))


@lru_cache(maxsize=8)
def _policy(regime: str, agreements: tuple[tuple[Path, int], ...]) -> Policy:
    return load_policy(regime, overlays=[path for path, _ in agreements])


def site_tiers(on: date) -> Tiers:
    """This returns what the regime calls its tiers on a day."""
    return tiers_of(site_policy(), on=on)


def site_commissioners(year: FinancialYear) -> tuple[str, ...]:
    """This returns the codes of the commissioners whose practices the store would budget; none where it holds none yet."""
    return commissioners_held(site_store(), year=year)
