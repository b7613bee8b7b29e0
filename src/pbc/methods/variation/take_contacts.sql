-- The contacts a measure counts in a run of months, each with its cost where it has a price. Legally restricted contacts
-- have no code here: a measure that names specialties or price groups never finds one by its own.
SELECT
    activity_facts.practice_code,
    activity_facts.month,
    activity_facts.sex,
    activity_facts.age_years,
    activity_facts.person_id,
    costed_activity.cost_pence
FROM activity_facts
LEFT JOIN costed_activity
    ON activity_facts.setting = costed_activity.setting
    AND activity_facts.provider_code = costed_activity.provider_code
    AND activity_facts.record_number = costed_activity.record_number
WHERE activity_facts.month >= $first_month
    AND activity_facts.month <= $last_month
    AND activity_facts.practice_code <> $unplaced
    AND activity_facts.point_of_delivery IN $points_of_delivery
    AND ($all_hospitals OR activity_facts.provider_code IN $hospitals)
    AND ($all_specialties OR (activity_facts.treatment_function_code IN $specialties AND NOT activity_facts.is_restricted))
    AND ($all_price_groups OR (activity_facts.hrg_code IN $price_groups AND NOT activity_facts.is_restricted))
