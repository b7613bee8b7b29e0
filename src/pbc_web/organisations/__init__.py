"""Practices, groups of practices, commissioners and all who deal with them, with dated relations."""
