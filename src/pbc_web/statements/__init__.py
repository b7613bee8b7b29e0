"""Monthly statements: prepared, commented and published, read, asked about; year ends and the pots they fill."""
