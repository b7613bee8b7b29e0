"""Forms of statements, year ends and the gain share."""
