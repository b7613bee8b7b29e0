"""Pages of reinvestment."""
