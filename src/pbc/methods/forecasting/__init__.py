"""What is still to come of months already delivered, from how earlier months filled up."""

from pbc.methods.forecasting.completion import list_data_ages, measure_completion

__all__ = ["list_data_ages", "measure_completion"]
