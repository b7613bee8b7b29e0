"""RESULTS AS SEEN: tables to chart specifications, workbooks, page rows and plain sentences."""
