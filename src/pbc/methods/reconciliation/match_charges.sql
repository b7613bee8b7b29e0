-- Charges held against our records by the hospital's own number: what differs, and why, one row per charge.
WITH firsts AS (
    SELECT commissioner_code, provider_code, setting, record_number, min(charge_id) AS charge_id
    FROM asked
    GROUP BY commissioner_code, provider_code, setting, record_number
),
known AS (
    SELECT
        asked.*,
        coalesce(asked.treatment_function_code, '') AS specialty,
        firsts.charge_id IS NOT NULL AS is_first,
        held.cost_pence,
        held.first_pence,
        held.practice_code AS our_practice,
        held.hrg_code AS our_group,
        held.point_of_delivery AS our_kind,
        CASE WHEN held.commissioner_code = asked.commissioner_code THEN 1 ELSE 0 END AS is_our_payer,
        held.is_in_scope,
        CASE
            WHEN asked.charged_pence = held.first_pence AND asked.month = held.first_month
                AND asked.point_of_delivery = held.first_kind THEN 1
            ELSE 0
        END AS is_as_first_sent
    FROM asked
    LEFT JOIN firsts
        ON asked.commissioner_code = firsts.commissioner_code
        AND asked.provider_code = firsts.provider_code
        AND asked.setting = firsts.setting
        AND asked.record_number = firsts.record_number
        AND asked.charge_id = firsts.charge_id
    LEFT JOIN held
        ON asked.provider_code = held.provider_code
        AND asked.setting = held.setting
        AND asked.record_number = held.record_number
),
stays AS (
    SELECT
        commissioner_code, provider_code, setting, person_id, activity_on, hrg_code, specialty,
        coalesce(min(CASE WHEN cost_pence IS NOT NULL THEN record_number END), min(record_number)) AS kept_number
    FROM known
    WHERE is_first AND person_id IS NOT NULL
    GROUP BY commissioner_code, provider_code, setting, person_id, activity_on, hrg_code, specialty
    HAVING count(*) > 1
)
SELECT
    known.commissioner_code,
    known.provider_code,
    known.setting,
    known.record_number,
    known.charge_id,
    known.month,
    known.point_of_delivery,
    known.our_practice,
    known.practice_code AS charged_practice,
    CASE WHEN known.is_restricted OR known.our_group = $pooled THEN TRUE ELSE FALSE END AS is_pooled,
    CASE
        WHEN NOT known.is_first THEN 'record_charged_again'
        WHEN known.cost_pence IS NOT NULL AND known.is_our_payer = 0 THEN 'another_commissioner_pays'
        WHEN known.cost_pence IS NOT NULL AND known.is_in_scope = 0 AND known.is_as_first_sent = 1 THEN 'moved_since'
        WHEN known.cost_pence IS NOT NULL AND known.is_in_scope = 0 THEN 'in_another_month_or_kind'
        WHEN known.cost_pence IS NULL AND known.charged_pence = known.first_pence THEN 'taken_back_since'
        WHEN known.cost_pence IS NULL AND stays.kept_number <> known.record_number THEN 'same_stay_another_number'
        WHEN known.cost_pence IS NULL THEN 'no_such_record'
        WHEN known.charged_pence <> known.cost_pence AND known.charged_pence = known.first_pence THEN 'changed_since'
        WHEN known.charged_pence <> known.cost_pence AND known.our_kind <> known.point_of_delivery THEN 'another_kind_of_activity'
        WHEN known.charged_pence <> known.cost_pence AND known.our_group <> known.hrg_code
            AND known.our_group <> $pooled AND NOT known.is_restricted THEN 'another_price_group'
        WHEN known.charged_pence <> known.cost_pence THEN 'another_price'
        WHEN stays.kept_number <> known.record_number THEN 'same_stay_in_our_data_too'
        ELSE 'agreed'
    END AS reason,
    CASE
        WHEN known.is_first AND known.is_our_payer = 1 AND known.is_in_scope = 1 THEN coalesce(known.cost_pence, 0) ELSE 0
    END AS ours_pence,
    known.charged_pence
FROM known
LEFT JOIN stays
    ON known.commissioner_code = stays.commissioner_code
    AND known.provider_code = stays.provider_code
    AND known.setting = stays.setting
    AND known.person_id = stays.person_id
    AND known.activity_on = stays.activity_on
    AND known.hrg_code = stays.hrg_code
    AND known.specialty = stays.specialty
