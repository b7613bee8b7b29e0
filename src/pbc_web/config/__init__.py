"""Settings, addresses and the ASGI entry: the top floor, the only one that reads the environment."""
