"""People, the roles they hold in organisations for a time, and what each role may see and do."""
