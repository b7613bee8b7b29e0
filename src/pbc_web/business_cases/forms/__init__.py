"""What people fill in to write a proposal."""
