"""Holding budgets against what was spent: profile, compare, forecast, split the variance, say what was restated."""
