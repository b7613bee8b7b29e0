"""READERS: one file per kind of delivery, raw files to tables and rejected rows."""
