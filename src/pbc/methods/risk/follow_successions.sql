-- Registrations by the practice that answers: of a practice taken over until that day, of its successor from the day on.
WITH taken_over AS (
    SELECT
        successions.predecessor_code,
        MIN(successions.starts_on) AS taken_on
    FROM successions
    GROUP BY successions.predecessor_code
),

followed AS (
    SELECT
        registrations.person_id,
        registrations.practice_code,
        registrations.starts_on,
        LEAST(registrations.ends_before, COALESCE(taken_over.taken_on, registrations.ends_before)) AS ends_before,
        registrations.birth_year,
        registrations.sex
    FROM registrations
    LEFT JOIN taken_over ON taken_over.predecessor_code = registrations.practice_code
    UNION ALL
    SELECT
        registrations.person_id,
        successions.successor_code AS practice_code,
        GREATEST(registrations.starts_on, successions.starts_on) AS starts_on,
        LEAST(registrations.ends_before, successions.ends_before) AS ends_before,
        registrations.birth_year,
        registrations.sex
    FROM registrations
    INNER JOIN successions ON successions.predecessor_code = registrations.practice_code
)

SELECT
    followed.person_id,
    followed.practice_code,
    followed.starts_on,
    followed.ends_before,
    followed.birth_year,
    followed.sex
FROM followed
WHERE followed.starts_on < followed.ends_before
