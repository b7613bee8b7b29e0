"""The base page, its components, and what every page needs: form fields, tables, charts, downloads, the clock."""
