"""Standing code lists as data, each with version and source."""
