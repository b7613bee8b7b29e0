-- Our records, with whether they decide what is owed, and would have as first delivered: where records back the invoice of
-- their month and kind.
SELECT
    ours.*,
    CASE WHEN scope.month IS NOT NULL AND whole_lines.point_of_delivery IS NULL THEN 1 ELSE 0 END AS is_in_scope,
    CASE WHEN first_scope.month IS NOT NULL AND first_whole.point_of_delivery IS NULL THEN 1 ELSE 0 END AS was_in_scope
FROM ours
LEFT JOIN scope
    ON ours.commissioner_code = scope.commissioner_code
    AND ours.provider_code = scope.provider_code
    AND ours.month = scope.month
LEFT JOIN whole_lines
    ON ours.commissioner_code = whole_lines.commissioner_code
    AND ours.provider_code = whole_lines.provider_code
    AND ours.point_of_delivery = whole_lines.point_of_delivery
LEFT JOIN scope AS first_scope
    ON ours.commissioner_code = first_scope.commissioner_code
    AND ours.provider_code = first_scope.provider_code
    AND ours.first_month = first_scope.month
LEFT JOIN whole_lines AS first_whole
    ON ours.commissioner_code = first_whole.commissioner_code
    AND ours.provider_code = first_whole.provider_code
    AND ours.first_kind = first_whole.point_of_delivery
