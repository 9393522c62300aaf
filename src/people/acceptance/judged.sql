INSERT INTO refusal (link_not_valid, link_expired, account_deactivated, user_exists, wrong_user, already_member, wrong_credentials, first_admin_of_host)
WITH link AS MATERIALIZED (
  SELECT o.* FROM open_invitation o WHERE o.token_hash = ?1 OR o.mailed_token_hash = ?1
),
broken AS MATERIALIZED (
  SELECT CASE
    -- No rule is broken when the same person accepted already with the same password.
    WHEN EXISTS (SELECT 1 FROM accepted_invitation done
                  WHERE (done.token_hash = ?1 OR done.mailed_token_hash = ?1) AND done.access_ends_at > ?2
                    AND CASE ?5 WHEN 'session' THEN done.user_id = ?3
                                WHEN 'look' THEN done.expires_at > ?2
                                ELSE done.password_hash = ?4 AND done.expires_at > ?2 END) THEN NULL
    WHEN link.id IS NULL THEN 'link_not_valid'
    WHEN link.expires_at <= ?2 THEN 'link_expired'
    WHEN link.account_status = 'deactivated' THEN 'account_deactivated'
    -- A person who loses the right to invite loses their links. When the right ended by its date, no batch ended them.
    WHEN NOT EXISTS (SELECT 1 FROM power w
                      WHERE w.user_id = link.created_by AND w.account_id = link.account_id AND w.ends_at > ?2
                        AND w.permission = CASE link.purpose WHEN 'member' THEN 'members.manage' ELSE 'accounts.create' END) THEN 'link_not_valid'
    WHEN ?5 = 'look' THEN NULL
    WHEN ?5 = 'new' THEN CASE WHEN EXISTS (SELECT 1 FROM user u WHERE u.email_key = link.email_key) THEN 'user_exists' END
    WHEN NOT EXISTS (SELECT 1 FROM user u WHERE u.id = ?3 AND u.email_key = link.email_key) THEN 'wrong_user'
    WHEN ?5 = 'taken_over' AND NOT EXISTS (SELECT 1 FROM first_proof p WHERE p.mailed_token_hash = ?1) THEN 'user_exists'
    -- The password may have been changed since it was compared.
    WHEN ?5 = 'password' AND NOT EXISTS (SELECT 1 FROM user u WHERE u.id = ?3 AND u.password_hash = ?4 AND u.status = 'active') THEN 'wrong_credentials'
    WHEN EXISTS (SELECT 1 FROM member m WHERE m.account_id = link.account_id AND m.user_id = ?3) THEN 'already_member'
    WHEN link.purpose = 'first_admin'
     AND EXISTS (SELECT 1 FROM member h WHERE h.account_id = ?6 AND h.user_id = ?3 AND h.access IN ('active', 'suspended')) THEN 'first_admin_of_host'
  END AS rule
  FROM (SELECT 1) LEFT JOIN link ON 1
)
SELECT
  CASE rule WHEN 'link_not_valid' THEN 1 END,
  CASE rule WHEN 'link_expired' THEN 1 END,
  CASE rule WHEN 'account_deactivated' THEN 1 END,
  CASE rule WHEN 'user_exists' THEN 1 END,
  CASE rule WHEN 'wrong_user' THEN 1 END,
  CASE rule WHEN 'already_member' THEN 1 END,
  CASE rule WHEN 'wrong_credentials' THEN 1 END,
  CASE rule WHEN 'first_admin_of_host' THEN 1 END
FROM broken WHERE rule IS NOT NULL
