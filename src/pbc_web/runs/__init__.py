"""The one door to the engine: work asked for in the pages, done in the background, with its receipt kept."""
