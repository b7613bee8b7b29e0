"""CALCULATION: pure functions from tables and policy to tables. Subjects never call each other."""
