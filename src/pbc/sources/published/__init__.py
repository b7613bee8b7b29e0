"""READERS of published statistics: each file family known by its headings, its known defects guarded."""
