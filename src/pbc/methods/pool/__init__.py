"""The risk pool as a bank, and what becomes of a budget holder's year over its budget."""

from pbc.methods.pool.account import Account, Movement
from pbc.methods.pool.close import close_pools
from pbc.methods.pool.rules import PoolRules, find_pool_rules

__all__ = ["Account", "Movement", "PoolRules", "close_pools", "find_pool_rules"]
