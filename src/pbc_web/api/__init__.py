"""The interface for programs: the same answers as the pages, in JSON, to tokens scoped by organisation."""
