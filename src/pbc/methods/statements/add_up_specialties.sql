-- Cells of a run of months by practice and specialty, added over hospitals and kinds of activity.
SELECT
    activity_cells.month,
    activity_cells.practice_code,
    activity_cells.treatment_function_code,
    CAST(sum(activity_cells.activity_count) AS BIGINT) AS activity_count,
    CAST(sum(activity_cells.cost_pence) AS BIGINT) AS cost_pence,
    CAST(sum(CASE WHEN activity_cells.point_of_delivery IN $broken THEN 1 ELSE 0 END) AS BIGINT) AS broken_count
FROM activity_cells
WHERE activity_cells.month >= $first_month AND activity_cells.month <= $last_month
    AND CAST(activity_cells.month AS VARCHAR) || ' ' || activity_cells.point_of_delivery NOT IN $left_out
GROUP BY
    activity_cells.month,
    activity_cells.practice_code,
    activity_cells.treatment_function_code
