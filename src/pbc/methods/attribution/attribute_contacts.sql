-- The practice whose list the person was on that day, [start, end). A practice taken over answers for what came before
-- the day, its successor from the day on; both what the register says and what the hospital wrote are read so.
WITH found AS (
    SELECT
        contacts.setting,
        contacts.provider_code,
        contacts.record_number,
        contacts.person_id,
        contacts.activity_on,
        contacts.point_of_delivery,
        contacts.treatment_function_code,
        contacts.hrg_code,
        contacts.paid_stay_days,
        contacts.age_years,
        contacts.sex,
        contacts.recorded_practice_code,
        contacts.is_restricted,
        coalesce(list_heirs.successor_code, registrations.practice_code) AS list_code,
        coalesce(note_heirs.successor_code, contacts.recorded_practice_code) AS note_code
    FROM contacts
    LEFT JOIN registrations
        ON contacts.person_id = registrations.person_id
        AND contacts.activity_on >= registrations.starts_on
        AND contacts.activity_on < registrations.ends_before
    LEFT JOIN successions AS list_heirs
        ON registrations.practice_code = list_heirs.predecessor_code
        AND contacts.activity_on >= list_heirs.starts_on
        AND contacts.activity_on < list_heirs.ends_before
    LEFT JOIN successions AS note_heirs
        ON contacts.recorded_practice_code = note_heirs.predecessor_code
        AND contacts.activity_on >= note_heirs.starts_on
        AND contacts.activity_on < note_heirs.ends_before
),
judged AS (
    SELECT
        found.*,
        list_practices.commissioner_code AS list_commissioner_code,
        note_practices.commissioner_code AS note_commissioner_code,
        CASE
            WHEN found.list_code IS NOT NULL AND list_practices.practice_code IS NULL THEN 'unknown_practice'
            WHEN found.list_code IS NOT NULL AND coalesce(found.note_code, found.list_code) = found.list_code
                THEN 'registered'
            WHEN found.list_code IS NOT NULL THEN 'corrected'
            WHEN found.person_id IS NOT NULL AND NOT $believes_unregistered THEN 'not_registered'
            WHEN note_practices.commissioner_code IN $our_commissioners
                AND found.activity_on <= coalesce(note_practices.closed_on, found.activity_on) THEN 'recorded'
            WHEN found.person_id IS NOT NULL THEN 'not_registered'
            ELSE 'unknown_practice'
        END AS attribution
    FROM found
    LEFT JOIN practices AS list_practices ON found.list_code = list_practices.practice_code
    LEFT JOIN practices AS note_practices ON found.note_code = note_practices.practice_code
)
SELECT
    setting,
    provider_code,
    record_number,
    person_id,
    activity_on,
    year(activity_on) * 100 + month(activity_on) AS month,
    point_of_delivery,
    treatment_function_code,
    hrg_code,
    paid_stay_days,
    age_years,
    sex,
    CASE
        WHEN attribution IN ('registered', 'corrected') THEN list_code
        WHEN attribution = 'recorded' THEN note_code
        ELSE $unplaced
    END AS practice_code,
    recorded_practice_code,
    attribution,
    CASE
        WHEN attribution IN ('registered', 'corrected') THEN coalesce(list_commissioner_code, $commissioner_code)
        WHEN attribution = 'recorded' THEN note_commissioner_code
        ELSE $commissioner_code
    END AS commissioner_code,
    is_restricted,
    $register_version AS register_version
FROM judged
