"""The only writes of budgets: verbs of the minute book."""
