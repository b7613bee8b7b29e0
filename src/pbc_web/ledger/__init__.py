"""Contracts, invoices and the ledger as pages: the register, reconciliations, differences with their owners, the journal."""
