"""THE WEB: people, papers and decisions. It owns no arithmetic and asks the engine through one door, `runs`."""
