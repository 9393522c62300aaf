-- The rules that depend on rows. Each column is a rule, under the name it has in src/core/refusal.rs, and the table never has a row: a
-- statement that inserts into a column fails by the name of the rule, and the whole batch is undone.
-- Where one statement inserts into several columns, the first of them in this order is the rule that is answered.
CREATE TABLE IF NOT EXISTS refusal (
  -- Who asks, and whether they may.
  not_signed_in               INTEGER CONSTRAINT not_signed_in               CHECK (not_signed_in IS NULL),
  not_found                   INTEGER CONSTRAINT not_found                   CHECK (not_found IS NULL),
  account_deactivated         INTEGER CONSTRAINT account_deactivated         CHECK (account_deactivated IS NULL),
  account_deleted             INTEGER CONSTRAINT account_deleted             CHECK (account_deleted IS NULL),
  not_allowed                 INTEGER CONSTRAINT not_allowed                 CHECK (not_allowed IS NULL),
  -- The request: its repeat, its version, the limits.
  replayed                    INTEGER CONSTRAINT replayed                    CHECK (replayed IS NULL),
  idempotency_key_reused      INTEGER CONSTRAINT idempotency_key_reused      CHECK (idempotency_key_reused IS NULL),
  stale_version               INTEGER CONSTRAINT stale_version               CHECK (stale_version IS NULL),
  too_many_attempts           INTEGER CONSTRAINT too_many_attempts           CHECK (too_many_attempts IS NULL),
  -- Setup and the life of an account.
  already_set_up              INTEGER CONSTRAINT already_set_up              CHECK (already_set_up IS NULL),
  account_not_pending         INTEGER CONSTRAINT account_not_pending         CHECK (account_not_pending IS NULL),
  account_not_deleted         INTEGER CONSTRAINT account_not_deleted         CHECK (account_not_deleted IS NULL),
  restore_too_late            INTEGER CONSTRAINT restore_too_late            CHECK (restore_too_late IS NULL),
  not_for_the_host            INTEGER CONSTRAINT not_for_the_host            CHECK (not_for_the_host IS NULL),
  delegation_needs_own_admin  INTEGER CONSTRAINT delegation_needs_own_admin  CHECK (delegation_needs_own_admin IS NULL),
  -- People and their access.
  account_keeps_an_admin      INTEGER CONSTRAINT account_keeps_an_admin      CHECK (account_keeps_an_admin IS NULL),
  already_member              INTEGER CONSTRAINT already_member              CHECK (already_member IS NULL),
  already_invited             INTEGER CONSTRAINT already_invited             CHECK (already_invited IS NULL),
  several_contacts            INTEGER CONSTRAINT several_contacts            CHECK (several_contacts IS NULL),
  email_belongs_to_user       INTEGER CONSTRAINT email_belongs_to_user       CHECK (email_belongs_to_user IS NULL),
  link_not_allowed            INTEGER CONSTRAINT link_not_allowed            CHECK (link_not_allowed IS NULL),
  no_access                   INTEGER CONSTRAINT no_access                   CHECK (no_access IS NULL),
  not_active                  INTEGER CONSTRAINT not_active                  CHECK (not_active IS NULL),
  not_invited                 INTEGER CONSTRAINT not_invited                 CHECK (not_invited IS NULL),
  access_ended                INTEGER CONSTRAINT access_ended                CHECK (access_ended IS NULL),
  use_leave                   INTEGER CONSTRAINT use_leave                   CHECK (use_leave IS NULL),
  address_shared_by_too_many  INTEGER CONSTRAINT address_shared_by_too_many  CHECK (address_shared_by_too_many IS NULL),
  italian_address             INTEGER CONSTRAINT italian_address             CHECK (italian_address IS NULL),
  domain_keeps_a_recipient    INTEGER CONSTRAINT domain_keeps_a_recipient    CHECK (domain_keeps_a_recipient IS NULL),
  -- Links and passwords.
  link_expired                INTEGER CONSTRAINT link_expired                CHECK (link_expired IS NULL),
  link_not_valid              INTEGER CONSTRAINT link_not_valid              CHECK (link_not_valid IS NULL),
  user_exists                 INTEGER CONSTRAINT user_exists                 CHECK (user_exists IS NULL),
  wrong_credentials           INTEGER CONSTRAINT wrong_credentials           CHECK (wrong_credentials IS NULL),
  wrong_password              INTEGER CONSTRAINT wrong_password              CHECK (wrong_password IS NULL),
  wrong_user                  INTEGER CONSTRAINT wrong_user                  CHECK (wrong_user IS NULL),
  reset_only_by_user          INTEGER CONSTRAINT reset_only_by_user          CHECK (reset_only_by_user IS NULL),
  email_taken                 INTEGER CONSTRAINT email_taken                 CHECK (email_taken IS NULL),
  -- Permissions and resources.
  permission_switched_off     INTEGER CONSTRAINT permission_switched_off     CHECK (permission_switched_off IS NULL),
  outlasts_own_access         INTEGER CONSTRAINT outlasts_own_access         CHECK (outlasts_own_access IS NULL),
  unknown_resource            INTEGER CONSTRAINT unknown_resource            CHECK (unknown_resource IS NULL),
  unknown_member              INTEGER CONSTRAINT unknown_member              CHECK (unknown_member IS NULL),
  not_assigned                INTEGER CONSTRAINT not_assigned                CHECK (not_assigned IS NULL),
  kind_reserved               INTEGER CONSTRAINT kind_reserved               CHECK (kind_reserved IS NULL),
  -- Seats that are held for the host.
  first_admin_required        INTEGER CONSTRAINT first_admin_required        CHECK (first_admin_required IS NULL),
  first_admin_of_host         INTEGER CONSTRAINT first_admin_of_host         CHECK (first_admin_of_host IS NULL),
  seat_of_the_host            INTEGER CONSTRAINT seat_of_the_host            CHECK (seat_of_the_host IS NULL),
  -- E-mails.
  needs_mail                  INTEGER CONSTRAINT needs_mail                  CHECK (needs_mail IS NULL),
  mail_not_configured         INTEGER CONSTRAINT mail_not_configured         CHECK (mail_not_configured IS NULL),
  no_recipients               INTEGER CONSTRAINT no_recipients               CHECK (no_recipients IS NULL),
  nothing_to_resend           INTEGER CONSTRAINT nothing_to_resend           CHECK (nothing_to_resend IS NULL)
) STRICT;
