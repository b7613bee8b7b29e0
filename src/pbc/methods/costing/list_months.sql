-- The months that activity falls in.
SELECT DISTINCT month
FROM activity_facts
