"""What is freed up is spent on patients again: uses of pots proposed, promised, spent, and how long each step took."""
