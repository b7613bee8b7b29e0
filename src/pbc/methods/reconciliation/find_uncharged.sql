-- Records of ours that nobody charged to who pays for them, in the months and kinds whose invoice rests on records.
WITH charged AS (
    SELECT DISTINCT commissioner_code, provider_code, setting, record_number FROM asked
)
SELECT
    held.commissioner_code,
    held.provider_code,
    held.setting,
    held.record_number,
    CAST(NULL AS VARCHAR) AS charge_id,
    held.month,
    held.point_of_delivery,
    held.practice_code AS our_practice,
    CAST(NULL AS VARCHAR) AS charged_practice,
    held.hrg_code = $pooled AS is_pooled,
    CASE
        WHEN held.first_pence IS NULL THEN 'delivered_late'
        WHEN held.was_in_scope = 0 THEN 'moved_since'
        ELSE 'no_charge'
    END AS reason,
    held.cost_pence AS ours_pence,
    0 AS charged_pence
FROM held
LEFT JOIN charged
    ON held.commissioner_code = charged.commissioner_code
    AND held.provider_code = charged.provider_code
    AND held.setting = charged.setting
    AND held.record_number = charged.record_number
WHERE held.is_in_scope = 1 AND charged.record_number IS NULL AND held.cost_pence IS NOT NULL
