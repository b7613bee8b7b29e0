-- One row per provider and spell number. Columns that every episode fills come from the first episode by number;
-- columns that may be empty come from the first episode that fills them (FILTER: both engines then read alike).
WITH joined AS (
    SELECT
        provider_code,
        spell_number,
        arg_min(person_id, episode_number) FILTER (WHERE person_id IS NOT NULL) AS person_id,
        arg_min(admission_on, episode_number) AS admission_on,
        arg_max(discharge_on, episode_number) AS discharge_on,
        arg_min(admission_method, episode_number) AS admission_method,
        arg_min(patient_classification, episode_number) AS patient_classification,
        arg_min(hrg_code, episode_number) AS hrg_code,
        arg_min(treatment_function_code, episode_number) AS treatment_function_code,
        arg_min(coalesce(primary_diagnosis_code, ''), episode_number) AS first_diagnosis_code,
        arg_min(age_years, episode_number) FILTER (WHERE age_years IS NOT NULL) AS age_years,
        arg_min(sex, episode_number) AS sex,
        arg_min(recorded_practice_code, episode_number)
            FILTER (WHERE recorded_practice_code IS NOT NULL) AS recorded_practice_code,
        CAST(sum(unpaid_days) AS BIGINT) AS unpaid_days,
        count(*) AS episodes_count,
        bool_or(is_restricted) AS is_restricted
    FROM episodes
    GROUP BY provider_code, spell_number
),
placed AS (
    SELECT
        *,
        CASE
            WHEN admission_method IN $elective AND patient_classification IN $day_case THEN 'DC'
            WHEN admission_method IN $elective THEN 'EL'
            WHEN admission_method IN $emergency THEN 'NEL'
            ELSE 'NELNE'
        END AS point_of_delivery,
        CAST(date_diff('day', admission_on, discharge_on) AS BIGINT) AS length_of_stay_days
    FROM joined
)
SELECT
    provider_code,
    spell_number,
    person_id,
    admission_on,
    discharge_on,
    admission_method,
    patient_classification,
    point_of_delivery,
    hrg_code,
    treatment_function_code,
    CASE WHEN is_restricted THEN NULL ELSE nullif(first_diagnosis_code, '') END AS primary_diagnosis_code,
    age_years,
    sex,
    recorded_practice_code,
    length_of_stay_days,
    CASE WHEN point_of_delivery = 'DC' THEN 0 ELSE greatest(length_of_stay_days - unpaid_days, 0) END AS paid_stay_days,
    episodes_count,
    is_restricted
FROM placed
