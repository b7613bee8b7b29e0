"""PBC plans and business cases: written, submitted, decided on a clock, and what came of them."""
