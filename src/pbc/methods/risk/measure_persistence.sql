-- One row per practice: sums over people on its list in both of two years running, of what they cost in each.
WITH listed AS (
    SELECT
        registrations.practice_code,
        registrations.person_id
    FROM registrations
    WHERE registrations.starts_on < $day_after AND registrations.ends_before > $first_day_before
    GROUP BY registrations.practice_code, registrations.person_id
    HAVING MIN(registrations.starts_on) < $first_day AND MAX(registrations.ends_before) > $first_day
),

costs AS (
    SELECT
        costed_activity.practice_code,
        costed_activity.person_id,
        CAST(SUM(
            CASE WHEN costed_activity.month < $first_month THEN costed_activity.cost_pence ELSE 0 END
        ) AS BIGINT) AS before_pence,
        CAST(SUM(
            CASE WHEN costed_activity.month >= $first_month THEN costed_activity.cost_pence ELSE 0 END
        ) AS BIGINT) AS after_pence
    FROM costed_activity
    WHERE costed_activity.month BETWEEN $first_month_before AND $last_month
        AND costed_activity.point_of_delivery IN $points_of_delivery
        AND costed_activity.person_id IS NOT NULL
    GROUP BY costed_activity.practice_code, costed_activity.person_id
),

people AS (
    SELECT
        listed.practice_code,
        CAST(LEAST(GREATEST(COALESCE(costs.before_pence, 0), 0), $cap_pence) AS DECIMAL(18, 0)) AS before_pence,
        CAST(LEAST(GREATEST(COALESCE(costs.after_pence, 0), 0), $cap_pence) AS DECIMAL(18, 0)) AS after_pence
    FROM listed
    LEFT JOIN costs
        ON costs.practice_code = listed.practice_code AND costs.person_id = listed.person_id
)

SELECT
    $financial_year AS financial_year,
    people.practice_code,
    COUNT(*) AS persons_count,
    CAST(SUM(people.before_pence) AS DOUBLE) * $pounds_per_penny AS before_pounds,
    CAST(SUM(people.after_pence) AS DOUBLE) * $pounds_per_penny AS after_pounds,
    CAST(SUM(people.before_pence * people.before_pence) AS DOUBLE) * $pounds_per_penny * $pounds_per_penny
        AS before_squared_pounds,
    CAST(SUM(people.after_pence * people.after_pence) AS DOUBLE) * $pounds_per_penny * $pounds_per_penny
        AS after_squared_pounds,
    CAST(SUM(people.before_pence * people.after_pence) AS DOUBLE) * $pounds_per_penny * $pounds_per_penny
        AS product_pounds
FROM people
GROUP BY people.practice_code
