"""Arithmetic on plain arrays: knows no table."""
