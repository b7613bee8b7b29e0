-- One row per practice: sums over people on its list in the year, with or without any cost, and over their events.
WITH events AS (
    SELECT
        costed_activity.practice_code,
        costed_activity.person_id,
        costed_activity.cost_pence
    FROM costed_activity
    WHERE costed_activity.month BETWEEN $first_month AND $last_month
        AND costed_activity.point_of_delivery IN $points_of_delivery
        AND costed_activity.practice_code <> $unplaced
),

costs AS (
    SELECT
        events.practice_code,
        events.person_id,
        CAST(SUM(events.cost_pence) AS BIGINT) AS cost_pence
    FROM events
    WHERE events.person_id IS NOT NULL
    GROUP BY events.practice_code, events.person_id
),

listed AS (
    SELECT
        registrations.practice_code,
        registrations.person_id,
        CAST(SUM(
            DATE_DIFF(
                'day',
                GREATEST(registrations.starts_on, $first_day),
                LEAST(registrations.ends_before, $day_after)
            )
        ) AS BIGINT) AS listed_days
    FROM registrations
    WHERE registrations.starts_on < $day_after AND registrations.ends_before > $first_day
    GROUP BY registrations.practice_code, registrations.person_id
),

people AS (
    SELECT
        listed.practice_code,
        CAST(listed.listed_days AS DECIMAL(18, 0)) AS listed_days,
        COALESCE(costs.cost_pence, 0) AS net_pence,
        CAST(LEAST(GREATEST(COALESCE(costs.cost_pence, 0), 0), $cap_pence) AS DECIMAL(18, 0)) AS borne_pence,
        CAST(GREATEST(COALESCE(costs.cost_pence, 0) - $cap_pence, 0) AS DECIMAL(18, 0)) AS ceded_pence
    FROM listed
    LEFT JOIN costs
        ON costs.practice_code = listed.practice_code AND costs.person_id = listed.person_id
),

people_sums AS (
    SELECT
        people.practice_code,
        COUNT(*) AS persons_count,
        SUM(people.listed_days) AS listed_days,
        SUM(people.borne_pence) AS borne,
        SUM(people.borne_pence * people.borne_pence) AS borne_squared,
        SUM(people.borne_pence * people.listed_days) AS borne_days,
        SUM(people.listed_days * people.listed_days) AS days_squared,
        SUM(people.ceded_pence) AS ceded,
        SUM(people.ceded_pence * people.ceded_pence) AS ceded_squared,
        SUM(people.ceded_pence * people.listed_days) AS ceded_days,
        SUM(CASE WHEN people.net_pence < 0 THEN 1 ELSE 0 END) AS negative_persons_count
    FROM people
    GROUP BY people.practice_code
),

event_sums AS (
    SELECT
        events.practice_code,
        SUM(CAST(LEAST(events.cost_pence, $cap_pence) AS DECIMAL(18, 0))) AS price,
        SUM(
            CAST(LEAST(events.cost_pence, $cap_pence) AS DECIMAL(18, 0))
            * CAST(LEAST(events.cost_pence, $cap_pence) AS DECIMAL(18, 0))
        ) AS price_squared
    FROM events
    GROUP BY events.practice_code
)

SELECT
    $financial_year AS financial_year,
    COALESCE(people_sums.practice_code, event_sums.practice_code) AS practice_code,
    COALESCE(people_sums.persons_count, 0) AS persons_count,
    COALESCE(CAST(people_sums.listed_days AS DOUBLE), 0) * $years_per_day AS person_years,
    COALESCE(CAST(people_sums.borne AS DOUBLE), 0) * $pounds_per_penny AS cost_pounds,
    COALESCE(CAST(people_sums.borne_squared AS DOUBLE), 0) * $pounds_per_penny * $pounds_per_penny
        AS cost_squared_pounds,
    COALESCE(CAST(people_sums.borne_days AS DOUBLE), 0) * $pounds_per_penny * $years_per_day AS cost_exposure_pounds,
    COALESCE(CAST(people_sums.days_squared AS DOUBLE), 0) * $years_per_day * $years_per_day
        AS exposure_squared_years,
    COALESCE(CAST(event_sums.price AS DOUBLE), 0) * $pounds_per_penny AS event_cost_pounds,
    COALESCE(CAST(event_sums.price_squared AS DOUBLE), 0) * $pounds_per_penny * $pounds_per_penny
        AS event_cost_squared_pounds,
    COALESCE(CAST(people_sums.ceded AS DOUBLE), 0) * $pounds_per_penny AS ceded_pounds,
    COALESCE(CAST(people_sums.ceded_squared AS DOUBLE), 0) * $pounds_per_penny * $pounds_per_penny
        AS ceded_squared_pounds,
    COALESCE(CAST(people_sums.ceded_days AS DOUBLE), 0) * $pounds_per_penny * $years_per_day AS ceded_exposure_pounds,
    COALESCE(people_sums.negative_persons_count, 0) AS negative_persons_count
FROM people_sums
FULL OUTER JOIN event_sums ON event_sums.practice_code = people_sums.practice_code
