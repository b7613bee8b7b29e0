-- Records of ours that nobody charged to who pays for them, in the months and kinds whose invoice rests on records.
WITH asked AS (
    SELECT DISTINCT charges.commissioner_code, charges.provider_code, charges.setting, charges.record_number
    FROM charges
    INNER JOIN scope
        ON charges.commissioner_code = scope.commissioner_code
        AND charges.provider_code = scope.provider_code
        AND charges.month = scope.month
    LEFT JOIN whole_lines
        ON charges.commissioner_code = whole_lines.commissioner_code
        AND charges.provider_code = whole_lines.provider_code
        AND charges.point_of_delivery = whole_lines.point_of_delivery
    WHERE charges.charge_kind = 'activity' AND whole_lines.point_of_delivery IS NULL
)
SELECT
    ours.commissioner_code,
    ours.provider_code,
    ours.setting,
    ours.record_number,
    CAST(NULL AS VARCHAR) AS charge_id,
    ours.month,
    ours.point_of_delivery,
    ours.practice_code AS our_practice,
    CAST(NULL AS VARCHAR) AS charged_practice,
    ours.hrg_code = $pooled AS is_pooled,
    CASE WHEN ours.first_pence IS NULL THEN 'delivered_late' ELSE 'no_charge' END AS reason,
    ours.cost_pence AS ours_pence,
    0 AS charged_pence
FROM ours
INNER JOIN scope
    ON ours.commissioner_code = scope.commissioner_code
    AND ours.provider_code = scope.provider_code
    AND ours.month = scope.month
LEFT JOIN whole_lines
    ON ours.commissioner_code = whole_lines.commissioner_code
    AND ours.provider_code = whole_lines.provider_code
    AND ours.point_of_delivery = whole_lines.point_of_delivery
LEFT JOIN asked
    ON ours.commissioner_code = asked.commissioner_code
    AND ours.provider_code = asked.provider_code
    AND ours.setting = asked.setting
    AND ours.record_number = asked.record_number
WHERE whole_lines.point_of_delivery IS NULL AND asked.record_number IS NULL AND ours.cost_pence IS NOT NULL
