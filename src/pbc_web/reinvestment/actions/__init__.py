"""The only writes of reinvestment."""
