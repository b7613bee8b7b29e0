-- The facts of legally restricted kinds, or all others.
SELECT
    activity_facts.*
FROM activity_facts
WHERE activity_facts.is_restricted = $is_restricted
