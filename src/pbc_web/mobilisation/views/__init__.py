"""Pages of what follows an approval."""
