"""Budgets as pages."""
