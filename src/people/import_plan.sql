-- `plan`: what each line of the document would do to the current rows. It reads `given` (account, document) and returns `n`, `line`, `new_id`,
-- `member_id`, `was`, `outcome`, `note` and `was_name`. Each step reads a constant number of rows for each line, however many people share its address.
lines AS MATERIALIZED (
  SELECT j.key AS n, j.value AS line,
         json_extract(j.value, '$.id') AS id, json_extract(j.value, '$.new_id') AS new_id, json_extract(j.value, '$.email_key') AS email_key,
         json_extract(j.value, '$.first_name_key') AS first_name_key, json_extract(j.value, '$.last_name_key') AS last_name_key,
         count(*) OVER (PARTITION BY json_extract(j.value, '$.email_key')) AS mates
    FROM json_each((SELECT document FROM given), '$.lines') j
),
-- Whom a line means: the first found of the person made from it, the one with its id, the one with its name (with access first: an address has
-- one), the one with access, and the one without a name; a line without a name means the only person with its address.
found AS MATERIALIZED (
  SELECT l.*, coalesce(
           (SELECT m.id FROM member m WHERE m.id = l.new_id AND m.account_id = (SELECT account FROM given)),
           (SELECT m.id FROM member m WHERE m.id = l.id AND m.account_id = (SELECT account FROM given)),
           (SELECT m.id FROM member m WHERE m.account_id = (SELECT account FROM given) AND m.email_key = l.email_key AND m.access <> 'none'
               AND +m.first_name_key IS l.first_name_key AND +m.last_name_key IS l.last_name_key),
           (SELECT m.id FROM member m WHERE m.account_id = (SELECT account FROM given) AND m.email_key = l.email_key
               AND m.first_name_key IS l.first_name_key AND m.last_name_key IS l.last_name_key ORDER BY m.id LIMIT 1),
           (SELECT m.id FROM member m WHERE m.account_id = (SELECT account FROM given) AND m.email_key = l.email_key AND m.access <> 'none'),
           (SELECT m.id FROM member m WHERE m.account_id = (SELECT account FROM given) AND m.email_key = l.email_key
               AND m.first_name_key IS NULL AND m.last_name_key IS NULL ORDER BY m.id LIMIT 1),
           (SELECT min(few.id) FROM (SELECT m.id FROM member m WHERE m.account_id = (SELECT account FROM given) AND m.email_key = l.email_key LIMIT 2) few
             WHERE l.first_name_key IS NULL AND l.last_name_key IS NULL HAVING count(*) = 1)) AS found_id
    FROM lines l
),
-- An invitation to an address that has one contact means that contact, whatever their name; where it has several, `contact_id` is empty. Lines that
-- share an address in the file are people of their own.
asked AS MATERIALIZED (
  SELECT f.*, CASE WHEN f.found_id IS NULL AND f.mates = 1 AND (SELECT json_extract(document, '$.role') FROM given) IS NOT NULL
                   THEN (SELECT CASE count(*) WHEN 1 THEN min(few.id) WHEN 2 THEN '' END FROM (
                           SELECT m.id FROM member m WHERE m.account_id = (SELECT account FROM given) AND m.email_key = f.email_key LIMIT 2) few) END AS contact_id
    FROM found f
),
met AS MATERIALIZED (
  SELECT f.*, coalesce(f.found_id, nullif(f.contact_id, '')) AS member_id FROM asked f
),
-- How many lines of the whole file mean the same person, and the number of the line among those with its address.
numbered AS (
  SELECT f.*,
         count(*) OVER (PARTITION BY coalesce(f.member_id, json_array(f.email_key, f.first_name_key, f.last_name_key))) AS alike,
         row_number() OVER (PARTITION BY f.email_key ORDER BY f.n) AS place
    FROM met f
),
-- `was`: the current values of the fields that the line changes.
compared AS MATERIALIZED (
  SELECT f.n, f.line, f.new_id, f.email_key, f.member_id, f.contact_id, f.mates, f.alike, f.place, m.access, m.first_name, m.last_name, m.email_key AS was_email_key, m.province, m.postcode, m.country,
         CASE WHEN m.id IS NOT NULL THEN (SELECT json_group_object(k.key, k.was) FROM (
             SELECT j.key, j.value, CASE j.key
                 WHEN 'first_name' THEN m.first_name WHEN 'last_name' THEN m.last_name WHEN 'company' THEN m.company WHEN 'phone' THEN m.phone
                 WHEN 'address_1' THEN m.address_1 WHEN 'address_2' THEN m.address_2 WHEN 'city' THEN m.city WHEN 'province' THEN m.province
                 WHEN 'postcode' THEN m.postcode WHEN 'country' THEN m.country
                 WHEN 'email' THEN CASE m.email_key WHEN f.email_key THEN j.value ELSE m.email END
                 ELSE j.value END AS was
               FROM json_each(f.line) j) k WHERE k.value <> coalesce(k.was, '')) END AS was
    FROM numbered f LEFT JOIN member m ON m.id = f.member_id AND m.account_id = (SELECT account FROM given)
   WHERE json_extract(f.line, '$.elsewhere') IS NULL
),
judged AS MATERIALIZED (
  SELECT c.*, CASE
      WHEN c.alike > 1 AND c.member_id IS NOT c.new_id THEN 'repeated'
      WHEN c.access = 'invited' AND c.was_email_key <> c.email_key THEN 'is_invited'
      WHEN c.access <> 'none' AND c.was_email_key <> c.email_key THEN 'email_belongs_to_user'
      WHEN coalesce(json_extract(c.line, '$.country'), c.country) = 'IT'
       AND (length(coalesce(json_extract(c.line, '$.postcode'), c.postcode)) <> 5 OR coalesce(json_extract(c.line, '$.postcode'), c.postcode) GLOB '*[^0-9]*'
         OR instr((SELECT json_extract(document, '$.provinces') FROM given), ' ' || coalesce(json_extract(c.line, '$.province'), c.province) || ' ') = 0)
       AND coalesce(json_extract(c.line, '$.country'), json_extract(c.line, '$.postcode'), json_extract(c.line, '$.province')) IS NOT NULL THEN 'italian_address'
      WHEN coalesce(c.access, 'none') = 'none' AND (SELECT json_extract(document, '$.role') FROM given) IS NOT NULL AND (c.place > 1
        OR EXISTS (SELECT 1 FROM member o WHERE o.account_id = (SELECT account FROM given) AND o.email_key = c.email_key AND o.access <> 'none')
        OR EXISTS (SELECT 1 FROM user u JOIN member o ON o.user_id = u.id AND o.account_id = (SELECT account FROM given)
                    WHERE u.email_key = c.email_key)) THEN 'already_member'
      WHEN c.contact_id = '' THEN 'several_contacts'
      WHEN c.access IS NULL THEN 'created'
      WHEN c.was <> '{}' OR EXISTS (SELECT 1 FROM json_each(c.line, '$.categories') w
          WHERE NOT EXISTS (SELECT 1 FROM subscription s WHERE s.member_id = c.member_id AND s.category = w.value)) THEN 'updated'
      WHEN c.access = 'none' AND (SELECT json_extract(document, '$.role') FROM given) IS NOT NULL THEN 'invited'
      ELSE 'unchanged' END AS outcome
    FROM compared c
),
-- Which lines add a person to their address, in order. The people who have the address already are counted once for each address, up to the limit
-- of 50.
arriving AS (
  SELECT c.*, c.outcome = 'created' OR c.outcome = 'updated' AND c.was_email_key <> c.email_key AS arrives,
         row_number() OVER (PARTITION BY c.email_key, c.outcome = 'created' OR c.outcome = 'updated' AND c.was_email_key <> c.email_key ORDER BY c.n) AS seat
    FROM judged c
),
counted AS MATERIALIZED (
  SELECT c.*, CASE WHEN c.arrives AND c.seat = 1 THEN (SELECT count(*) FROM (
             SELECT 1 FROM member m WHERE m.account_id = (SELECT account FROM given) AND m.email_key = c.email_key LIMIT 50)) END AS people
    FROM arriving c
),
plan AS MATERIALIZED (
  SELECT c.n, c.line, c.new_id, c.member_id, c.was,
         CASE WHEN c.arrives AND c.seat + max(c.people) OVER (PARTITION BY c.email_key) > 50 THEN 'address_shared_by_too_many' ELSE c.outcome END AS outcome,
         CASE WHEN c.contact_id <> '' AND c.outcome IN ('updated', 'invited') THEN 'was_contact'
              WHEN c.outcome = 'created' AND (c.mates > 1 OR max(c.people) OVER (PARTITION BY c.email_key) > 0) THEN 'shared_address' END AS note,
         trim(coalesce(c.first_name, '') || ' ' || coalesce(c.last_name, '')) AS was_name
    FROM counted c
)
