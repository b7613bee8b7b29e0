"""What a kind of work is: its title, its function, and whose duty it is to ask for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pbc.engines import Engine, open_engine
from pbc.flows.journey import Journey
from pbc.policy import Policy
from pbc.results import Store
from pbc_web.accounts.roles import Duty


@dataclass(frozen=True)
class Site:
    """Where work is done: the store, and the policy in force with local agreements laid over it."""

    store: Store
    policy: Policy

    def engine(self) -> Engine:
        """This returns a fresh engine, to be used in a `with` block."""
        return open_engine()


@dataclass(frozen=True)
class Outcome:
    """What work led to: the set it published, if one, and what it has to say, as plain values."""

    set_name: str = ""
    set_id: str = ""
    told: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Kind:
    """A kind of work. The title may name parameters: "State {month}". The function is safe to do again after a crash."""

    title: str
    function: Callable[[Site, Mapping[str, Any], Journey], Outcome]
    duties: frozenset[Duty] = frozenset()  # having one of these a person may stop it and have it done again
    is_apart: bool = False  # its runs are seen by whoever has one of these and by administrators, and by nobody else
