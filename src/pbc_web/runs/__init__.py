"""The one door to the engine: work asked for, done in the background, its receipts kept; and what pages read of it."""
