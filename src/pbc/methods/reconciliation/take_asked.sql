-- The charges that records are held against: activity of the months whose invoice rests on records, paid by the record.
SELECT charges.*
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
