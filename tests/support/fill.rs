//! SQL for many people and many accounts, to test costs that must not grow with them.
//!
//! The rows are the same in process (before a scenario) and on the wire (into the local D1's file, before the service starts). Ids are fixed,
//! so that scenarios know them without asking.

use std::fmt::Write as _;

use super::world::Account;

/// The host's id. A deployment has one host.
pub const HOST_ID: &str = portineria::core::vocabulary::HOST;
/// People in the small and in the large account.
pub const SMALL: usize = 10;
/// See [`SMALL`].
pub const LARGE: usize = 10_000;
/// People in an account between the two: the smallest in which a whole page of 50 is invited, active or suspended.
pub const MIDDLE: usize = 1_000;
/// People in the largest account.
pub const HUGE: usize = 100_000;
/// Accounts besides those three.
pub const ACCOUNTS: usize = 2_000;

/// Returns the account with this many people.
pub fn account_of(people: usize) -> Account {
    Account { id: format!("01980000-0000-7000-8000-{people:012}"), name: format!("Mercato {people}") }
}

/// Returns the id of a member of the account with this many people.
pub fn member_of(people: usize, number: usize) -> String {
    format!("01980000-0000-7000-8{:03}-{number:012}", series(people))
}

/// The part of the id that differs between the accounts.
fn series(people: usize) -> usize {
    match people {
        LARGE => 1,
        MIDDLE => 7,
        HUGE => 9,
        _ => 2,
    }
}

/// Pixels and apps in an account that has few, in one that fills a page of 50, and in one that has many.
pub const STORES: [usize; 3] = [10, 60, 1_000];
/// People in each of those: the first resource is assigned to all of them, each other one to one of them.
const STORE_PEOPLE: usize = 30;

/// Returns the SQL of all these rows.
pub fn sql() -> String {
    let mut sql = people(SMALL) + &people(MIDDLE) + &people(LARGE) + &history(SMALL) + &history(MIDDLE) + &history(LARGE);
    write!(
        sql,
        "INSERT INTO account (id, parent_id, name, name_key, status, delegated, created_at)
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {ACCOUNTS})
         SELECT printf('01980000-0000-7000-8003-%012d', i), '{HOST_ID}', printf('Bottega %05d', i), printf('bottega %05d', i), 'active', i % 2, 1 FROM n;
         INSERT INTO account_word (parent_id, word, account_id) SELECT parent_id, 'bottega', id FROM account WHERE name_key LIKE 'bottega %';
         INSERT INTO user (id, email, email_key, password_hash, first_name, last_name, language, created_at)
         VALUES ('01980000-0000-7000-8005-000000000000', 'paola@mercato.example', 'paola@mercato.example', 'none', 'Paola', 'Porta', 'it', 1);
         INSERT INTO member (id, account_id, email, email_key, access, role, user_id, created_at, updated_at)
         SELECT replace(id, '-8003-', '-8006-'), id, 'paola@mercato.example', 'paola@mercato.example', 'active', 'admin', '01980000-0000-7000-8005-000000000000', 1, 1
           FROM account WHERE name_key LIKE 'bottega %';"
    )
    .expect("text");
    sql.extend(STORES.map(store));
    sql.push_str(FIRST_PEOPLE);
    sql.push_str(&sharing());
    sql
}

/// Returns the account in which a thousand people share one address, as older data may have from before the limit, and fifty each share twenty others.
pub fn sharing_account() -> Account {
    Account { id: "01980000-0000-7000-800d-000000000000".into(), name: "Palazzo".into() }
}

fn sharing() -> String {
    let account = sharing_account().id;
    format!(
        "INSERT INTO account (id, parent_id, name, name_key, status, delegated, created_at) VALUES ('{account}', '{HOST_ID}', 'Palazzo', 'palazzo', 'active', 1, 1);
         INSERT INTO member (id, account_id, email, email_key, access, role, user_id, created_at, updated_at)
         VALUES ('01980000-0000-7000-800e-000000000000', '{account}', 'paola@mercato.example', 'paola@mercato.example', 'active', 'admin', '01980000-0000-7000-8005-000000000000', 1, 1);
         INSERT INTO member (id, account_id, email, email_key, first_name, last_name, first_name_key, last_name_key, created_at, updated_at)
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
         SELECT printf('01980000-0000-7000-800e-%012d', i), '{account}', address, address, printf('Carla%d', i), 'Conti', printf('carla%d', i), 'conti', 1, 1
           FROM (SELECT i, CASE WHEN i > 1000 THEN printf('u%d@palazzo.example', i % 20) ELSE 'office@palazzo.example' END AS address FROM n);\n"
    )
}

/// Returns the SQL of the account of the middle size and the largest one.
pub fn crowds() -> String {
    people(MIDDLE) + &people(HUGE)
}

/// An account with this many people: of twenty, one is active (the first of all as admin), one invited, one suspended, the others contacts.
fn people(count: usize) -> String {
    let (account, series) = (account_of(count).id, series(count));
    format!(
        "INSERT INTO account (id, parent_id, name, name_key, status, delegated, created_at) VALUES ('{account}', '{HOST_ID}', 'Mercato {count}', 'mercato {count}', 'active', 1, 1);
         INSERT INTO account_word (parent_id, word, account_id) VALUES ('{HOST_ID}', 'mercato', '{account}');
         INSERT INTO user (id, email, email_key, password_hash, first_name, last_name, language, created_at)
         WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {count} - 1)
         SELECT printf('01980000-0000-7000-8{series:03}-9%011d', i), printf('u%d.{count}@mercato.example', i), printf('u%d.{count}@mercato.example', i), 'none', 'Carla', 'Conti', 'it', 1
           FROM n WHERE i % 20 IN (0, 2);
         INSERT INTO member (id, account_id, email, email_key, first_name_key, last_name_key, first_name, last_name, access, role, user_id, created_at, updated_at)
         WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {count} - 1)
         SELECT printf('01980000-0000-7000-8{series:03}-%012d', i), '{account}', printf('u%d.{count}@mercato.example', i), printf('u%d.{count}@mercato.example', i),
                'carla', printf('conti %05d', i), 'Carla', 'Conti',
                CASE i % 20 WHEN 0 THEN 'active' WHEN 1 THEN 'invited' WHEN 2 THEN 'suspended' ELSE 'none' END,
                CASE WHEN i = 0 THEN 'admin' WHEN i % 20 < 3 THEN 'standard' ELSE 'none' END,
                CASE WHEN i % 20 IN (0, 2) THEN printf('01980000-0000-7000-8{series:03}-9%011d', i) END, 1, 1 FROM n;
         UPDATE member SET words = json_object('_first_name', json_array('carla'), '_last_name', json_array('conti'), '_company',
           json(CASE WHEN id LIKE '%00000000000_' THEN json_array(iif(substr(id, -1) % 2, 'bertoli', 'alfieri'), 'raro') ELSE json_array(iif(substr(id, -1) % 2, 'bertoli', 'alfieri')) END))
          WHERE account_id = '{account}';
         INSERT INTO member_word (account_id, word, member_id) SELECT account_id, word, member_id FROM searchable_word WHERE account_id = '{account}';
         INSERT INTO audit_event (id, at, account_id, action, target_type, target_id, request_id)
         WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {count} - 1)
         SELECT printf('01980000-0000-7000-8{series:03}-8%011d', i), 1, '{account}', 'member.invited', 'member', 'x', 'x' FROM n;\n"
    )
}

/// The history of the account with this many people: as many communications, each with an e-mail. One person wants the next one.
fn history(count: usize) -> String {
    let (account, series) = (account_of(count).id, series(count));
    format!(
        "INSERT INTO subscription (member_id, category, account_id) VALUES ('01980000-0000-7000-8{series:03}-000000000005', 'support', '{account}');
         INSERT INTO communication (id, account_id, category, subject, text, created_at, created_by)
         WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {count} - 1)
         SELECT printf('01980000-0000-7000-8{series:03}-7%011d', i), '{account}', CASE i % 2 WHEN 0 THEN 'general' ELSE 'domain' END, printf('Fattura %d', i), 'x', 1, 'x' FROM n;
         INSERT INTO communication_word (account_id, word, communication_id)
         SELECT c.account_id, v.value, c.id FROM communication c, json_each(json_array(':', c.category || ':', ':fattur', c.category || ':fattur')) v WHERE c.account_id = '{account}';
         INSERT INTO communication_word (account_id, word, communication_id)
         SELECT account_id, ':rinnov', id FROM communication WHERE account_id = '{account}' AND subject LIKE '%7';
         INSERT INTO delivery (id, account_id, communication_id, letter, to_email, status, created_at)
         SELECT id || ':account', account_id, id, 'communication', 'mercato@example.com', 'sent', 1 FROM communication WHERE account_id = '{account}';\n"
    )
}

/// Writes who comes first of each resource's people, after assignments were written by other SQL.
pub const FIRST_PEOPLE: &str = "UPDATE resource SET first_people = (SELECT json_group_array(s.member_id) FROM (
    SELECT member_id FROM assignment WHERE resource_id = resource.id ORDER BY member_id LIMIT 21) s);\n";

/// Returns the account with this many pixels and apps.
pub fn store_of(count: usize) -> Account {
    Account { id: format!("01980000-0000-7000-8008-{count:012}"), name: format!("Magazzino {count}") }
}

/// Returns the id of one of them. Pixels have even numbers, apps odd ones.
pub fn resource_of(count: usize, number: usize) -> String {
    format!("01980000-0000-7000-9{count:03x}-{number:012}")
}

fn store(count: usize) -> String {
    let account = store_of(count).id;
    format!(
        "INSERT INTO account (id, parent_id, name, name_key, status, delegated, created_at) VALUES ('{account}', '{HOST_ID}', 'Magazzino {count}', 'magazzino {count}', 'active', 1, 1);
         INSERT INTO member (id, account_id, email, email_key, access, role, created_at, updated_at)
         WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {STORE_PEOPLE} - 1)
         SELECT printf('01980000-0000-7000-a{count:03x}-%012d', i), '{account}', printf('m%d.{count}@magazzino.example', i), printf('m%d.{count}@magazzino.example', i), 'invited', 'standard', 1, 1
           FROM n;
         INSERT INTO member (id, account_id, email, email_key, access, role, user_id, created_at, updated_at)
         VALUES ('01980000-0000-7000-b{count:03x}-000000000000', '{account}', 'paola@mercato.example', 'paola@mercato.example', 'active', 'admin', '01980000-0000-7000-8005-000000000000', 1, 1);
         INSERT INTO resource (id, account_id, kind, external_id, name, name_key, visibility, is_open, created_at)
         WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {count} - 1)
         SELECT printf('01980000-0000-7000-9{count:03x}-%012d', i), '{account}', CASE i % 2 WHEN 0 THEN 'pixel' ELSE 'app' END, printf('%d', i), printf('Cosa %05d', i),
                printf('cosa %05d', i), 'assigned', i % 2 = 0, 1 FROM n;
         INSERT INTO assignment (member_id, resource_id)
         SELECT id, '01980000-0000-7000-9{count:03x}-000000000000' FROM member WHERE account_id = '{account}';
         INSERT INTO assignment (member_id, resource_id)
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count} - 1)
         SELECT printf('01980000-0000-7000-a{count:03x}-%012d', i % {STORE_PEOPLE}), printf('01980000-0000-7000-9{count:03x}-%012d', i) FROM n;\n"
    )
}
