-- Each month's quantities at the prices of the month before, and what they cost: products dispensed in both months only.
WITH monthly AS (
    SELECT
        month,
        bnf_code,
        SUM(quantity_count) AS quantity_count,
        CAST(SUM(net_ingredient_cost_pence) AS BIGINT) AS cost_pence
    FROM prescriptions
    WHERE month BETWEEN $before AND $last
    GROUP BY month, bnf_code
    HAVING SUM(quantity_count) > 0
)
SELECT
    monthly.month,
    CAST(COUNT(*) AS BIGINT) AS products_count,
    CAST(SUM(monthly.quantity_count * CAST(earlier.cost_pence AS DOUBLE) / earlier.quantity_count) AS DOUBLE) AS before_pence,
    CAST(SUM(monthly.cost_pence) AS BIGINT) AS now_pence
FROM monthly
INNER JOIN monthly AS earlier
    ON earlier.bnf_code = monthly.bnf_code
    AND earlier.month = CASE WHEN monthly.month % 100 = 1 THEN monthly.month - 89 ELSE monthly.month - 1 END
GROUP BY monthly.month
