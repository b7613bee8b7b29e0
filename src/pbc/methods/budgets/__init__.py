"""CALCULATION of budgets: historic, fair shares, pace of change, pots shared among neighbourhoods."""
