"""The console: the only reader of environment, clock and network."""
