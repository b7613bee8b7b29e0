"""Reading budgets: where a round stands, what waits for whom, versions and what they changed."""
