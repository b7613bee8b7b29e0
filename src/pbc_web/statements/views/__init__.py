"""Statements as pages, by what people do with them."""
