-- Drugs and devices charged more than once: the same record, item, day and sum. What is beyond the first of each.
SELECT
    commissioner_code,
    provider_code,
    charge_kind,
    record_number,
    min(charge_id) AS charge_id,
    month,
    CAST(sum(charged_pence) AS BIGINT) - min(charged_pence) AS charged_pence
FROM charges
WHERE charge_kind <> 'activity'
GROUP BY commissioner_code, provider_code, charge_kind, record_number, hrg_code, activity_on, month, charged_pence
HAVING count(*) > 1
