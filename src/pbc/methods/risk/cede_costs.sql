-- One row per practice: what its people cost, what cost has no person, and what is ceded of people above the cap.
-- A person who moved is counted through: the practice of the earlier months bears first, the later one what is left. Where
-- adjustments exceed a person's cost at a practice, that counts as none.
WITH placed AS (
    SELECT
        answers.answers_code,
        costed_activity.person_id,
        costed_activity.month,
        costed_activity.cost_pence
    FROM costed_activity
    INNER JOIN answers ON answers.practice_code = costed_activity.practice_code
),

spent AS (
    SELECT
        placed.answers_code,
        placed.person_id,
        MIN(placed.month) AS first_month,
        GREATEST(CAST(SUM(placed.cost_pence) AS BIGINT), 0) AS cost_pence
    FROM placed
    WHERE placed.person_id IS NOT NULL
    GROUP BY placed.answers_code, placed.person_id
),

costly AS (
    SELECT spent.person_id
    FROM spent
    GROUP BY spent.person_id
    HAVING SUM(spent.cost_pence) > $cap_pence
),

reached AS (
    SELECT
        spent.answers_code,
        spent.person_id,
        MIN(spent.cost_pence) AS cost_pence,
        CAST(SUM(earlier.cost_pence) AS BIGINT) AS reached_pence
    FROM spent
    INNER JOIN costly ON costly.person_id = spent.person_id
    INNER JOIN spent AS earlier
        ON earlier.person_id = spent.person_id
        AND (
            earlier.first_month < spent.first_month
            OR (earlier.first_month = spent.first_month AND earlier.answers_code <= spent.answers_code)
        )
    GROUP BY spent.answers_code, spent.person_id
),

ceded AS (
    SELECT
        reached.answers_code,
        LEAST(reached.cost_pence, GREATEST(reached.reached_pence - $cap_pence, 0)) AS ceded_pence
    FROM reached
),

ceded_sums AS (
    SELECT
        ceded.answers_code,
        CAST(SUM(ceded.ceded_pence) AS BIGINT) AS ceded_pence,
        CAST(SUM(CASE WHEN ceded.ceded_pence > 0 THEN 1 ELSE 0 END) AS BIGINT) AS persons_count
    FROM ceded
    GROUP BY ceded.answers_code
),

costs AS (
    SELECT
        placed.answers_code,
        CAST(SUM(placed.cost_pence) AS BIGINT) AS measured_pence,
        CAST(SUM(CASE WHEN placed.person_id IS NULL THEN placed.cost_pence ELSE 0 END) AS BIGINT) AS no_person_pence
    FROM placed
    GROUP BY placed.answers_code
)

SELECT
    costs.answers_code AS practice_code,
    costs.measured_pence,
    costs.no_person_pence,
    COALESCE(ceded_sums.ceded_pence, 0) AS ceded_pence,
    COALESCE(ceded_sums.persons_count, 0) AS persons_count
FROM costs
LEFT JOIN ceded_sums ON ceded_sums.answers_code = costs.answers_code
