-- People on each list on each day, by sex and five-year age band. Only the year of birth is known: age is the year of
-- the day less the year of birth. Periods that differ only outside the days asked for are counted together first, so
-- that the days are joined to thousands of rows and not to millions.
WITH span AS (
    SELECT
        min(as_at_on) AS first_on,
        max(as_at_on) AS last_on
    FROM list_days
),
alike AS (
    SELECT
        registrations.practice_code,
        registrations.sex,
        registrations.birth_year,
        greatest(registrations.starts_on, span.first_on) AS starts_on,
        CASE WHEN registrations.ends_before > span.last_on THEN DATE '9999-12-31' ELSE registrations.ends_before END
            AS ends_before,
        count(*) AS people_count
    FROM registrations
    CROSS JOIN span
    WHERE registrations.starts_on <= span.last_on AND registrations.ends_before > span.first_on
    GROUP BY
        registrations.practice_code,
        registrations.sex,
        registrations.birth_year,
        greatest(registrations.starts_on, span.first_on),
        CASE WHEN registrations.ends_before > span.last_on THEN DATE '9999-12-31' ELSE registrations.ends_before END
),
aged AS (
    SELECT
        alike.practice_code,
        list_days.as_at_on,
        alike.sex,
        least(greatest(year(list_days.as_at_on) - alike.birth_year, 0), 95) // 5 * 5 AS youngest,
        alike.people_count
    FROM alike
    INNER JOIN list_days
        ON alike.starts_on <= list_days.as_at_on
        AND alike.ends_before > list_days.as_at_on
)
SELECT
    practice_code,
    as_at_on,
    sex,
    CASE
        WHEN youngest = 95 THEN '95+'
        ELSE lpad(CAST(youngest AS VARCHAR), 2, '0') || '-' || lpad(CAST(youngest + 4 AS VARCHAR), 2, '0')
    END AS age_band,
    CAST(sum(people_count) AS BIGINT) AS patients_count
FROM aged
GROUP BY
    practice_code,
    as_at_on,
    sex,
    youngest
