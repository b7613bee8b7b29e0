"""Budgets as people agree them: rounds with a deadline, drafts, offers, queries, acceptance, and amendments as versions."""
