"""RULE VALUES by regime and date: dated, cited, with local agreements laid over national values."""

from pbc.policy.policy import Policy, PolicyValue, load_policy, regimes

__all__ = ["Policy", "PolicyValue", "load_policy", "regimes"]
