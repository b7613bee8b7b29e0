-- What is kept of a contact of a legally restricted kind: who was placed where and what its price needs, nothing that points
-- at a person. The age stays only as the adult age itself, for the short-stay price of an emergency stay.
SELECT
    setting,
    provider_code,
    record_number,
    CASE WHEN NOT is_restricted THEN person_id END AS person_id,
    CASE WHEN is_restricted THEN make_date(year(activity_on), month(activity_on), 1) ELSE activity_on END AS activity_on,
    month,
    point_of_delivery,
    CASE WHEN is_restricted THEN $pooled ELSE treatment_function_code END AS treatment_function_code,
    hrg_code,
    paid_stay_days,
    CASE
        WHEN NOT is_restricted THEN age_years
        WHEN point_of_delivery = 'NEL' AND age_years >= $adult_age_years THEN $adult_age_years
    END AS age_years,
    CASE WHEN is_restricted THEN '9' ELSE sex END AS sex,
    practice_code,
    CASE WHEN NOT is_restricted THEN recorded_practice_code END AS recorded_practice_code,
    attribution,
    commissioner_code,
    is_restricted,
    register_version
FROM activity_facts
