-- Stays and attendances in one shape. A stay is dated by its discharge: that day decides month, price and practice.
SELECT
    'APC' AS setting,
    provider_code,
    spell_number AS record_number,
    person_id,
    discharge_on AS activity_on,
    point_of_delivery,
    treatment_function_code,
    hrg_code,
    paid_stay_days,
    age_years,
    sex,
    recorded_practice_code,
    is_restricted
FROM spells
UNION ALL
SELECT
    setting,
    provider_code,
    attendance_number AS record_number,
    person_id,
    attended_on AS activity_on,
    point_of_delivery,
    treatment_function_code,
    hrg_code,
    CAST(0 AS INTEGER) AS paid_stay_days,
    age_years,
    sex,
    recorded_practice_code,
    is_restricted
FROM attendances
