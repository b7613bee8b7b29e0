-- People on each list on each day, by sex and five-year age band. Only the year of birth is known: age is the year of
-- the day less the year of birth.
WITH aged AS (
    SELECT
        registrations.practice_code,
        list_days.as_at_on,
        registrations.sex,
        least(greatest(year(list_days.as_at_on) - registrations.birth_year, 0), 95) // 5 * 5 AS youngest
    FROM registrations
    INNER JOIN list_days
        ON registrations.starts_on <= list_days.as_at_on
        AND registrations.ends_before > list_days.as_at_on
)
SELECT
    practice_code,
    as_at_on,
    sex,
    CASE
        WHEN youngest = 95 THEN '95+'
        ELSE lpad(CAST(youngest AS VARCHAR), 2, '0') || '-' || lpad(CAST(youngest + 4 AS VARCHAR), 2, '0')
    END AS age_band,
    count(*) AS patients_count
FROM aged
GROUP BY
    practice_code,
    as_at_on,
    sex,
    youngest
