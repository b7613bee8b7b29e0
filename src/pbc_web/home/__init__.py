"""The first page of each role: what needs me, by when, about how many minutes, and how are we doing."""
