"""The only writes of the statements app, by subject."""
