"""The practice-based commissioning engine: fair budgets, statements and savings, each figure explained.

A library: it reads no clock, no environment and no network. The console is `pbc_cli`.
"""

__version__ = "0.1.0"
