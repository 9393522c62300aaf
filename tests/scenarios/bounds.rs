//! No request costs more than its bound (design §6). The cases combine two lists: lines of a file and people with the same address, words and their
//! matches, people and their pixels.

use serde_json::{Value as Json, json};

use super::budgets::{cost, costliest, filled, println};
use crate::support::fill::{self, FIRST_PEOPLE, STORES, store_of};
use crate::support::people::Person;
use crate::support::world::{Account, World};

/// Returns the cost of an import for each line of the file: of the preview, and of the first and the last chunk. Also returns the outcome of the first
/// line of the last chunk.
fn import_costs(world: &World, host: &Person, account: &Account, invite: &str, lines: &[Json]) -> (Vec<u64>, String) {
    let file = json!({ "members": lines });
    let last = std::cell::RefCell::new(Json::Null);
    let costs = ["preview=true", "offset=0", "offset=800"]
        .into_iter()
        .map(|ask| {
            let path = account.at(&format!("/members/import?{ask}{invite}"));
            let (spent, _) = cost(world, || {
                let reply = host.posts(&path, &file);
                last.replace(reply.json());
                reply
            });
            spent / lines.len() as u64
        })
        .collect();
    let last = last.into_inner();
    assert!(last["next_offset"].is_null(), "all of it was taken");
    (costs, last["lines"][0]["errors"][0]["code"].as_str().or(last["lines"][0]["outcome"].as_str()).unwrap_or_default().to_owned())
}

pub fn an_import_costs_the_same_a_line_whoever_shares_the_address(world: &World) {
    let (host, account) = (filled(world), fill::sharing_account());
    let line =
        |email: &str, name: String| json!({"email": email, "first_name": name, "last_name": "Conti", "company": "Rossi", "email_preferences": ["domain"]});
    let file = |of: &dyn Fn(usize) -> Json| (0..1_000).map(of).collect::<Vec<_>>();
    let strangers = file(&|n| line(&format!("s{n}@palazzo.example"), format!("Sara{n}")));
    let files: [(&str, &str, Vec<Json>, &str); 10] = [
        ("a stranger a line", "", strangers.clone(), "created"),
        ("the same again", "", strangers.clone(), "unchanged"),
        ("the same again, invited", "&invite=standard", strangers, "invited"),
        ("new people of one address", "", file(&|n| line("new@palazzo.example", format!("Nina{n}"))), "address_shared_by_too_many"),
        ("one line again and again", "", file(&|_| line("once@palazzo.example", "Olga".into())), "repeated"),
        ("new people at the address of a thousand", "", file(&|n| line("office@palazzo.example", format!("Nina{n}"))), "address_shared_by_too_many"),
        ("those thousand", "", file(&|n| line("office@palazzo.example", format!("Carla{}", n + 1))), "updated"),
        ("those thousand, invited", "&invite=standard", file(&|n| line("office@palazzo.example", format!("Carla{}", n + 1))), "already_member"),
        ("lines without a name at their address", "", file(&|_| json!({"email": "office@palazzo.example", "city": "Roma"})), "repeated"),
        (
            "new people at addresses that fifty have",
            "",
            file(&|n| line(&format!("u{}@palazzo.example", n % 20), format!("Nina{n}"))),
            "address_shared_by_too_many",
        ),
    ];
    // Steps of SQLite in process, rows of D1 on the wire. Each of nine statements plans every line of the file again.
    let most = if world.is_in_process() { 5_000 } else { 1_000 };
    for (what, invite, lines, outcome) in &files {
        costliest(world);
        let (costs, became) = import_costs(world, &host, &account, invite, lines);
        println(&format!("{what}, for each line: {costs:?}"));
        assert_eq!(became, *outcome, "{what}");
        assert!(costs.iter().all(|cost| *cost <= most), "{what}: {costs:?} a line, may cost {most}; {}", costliest(world));
    }
}

pub fn a_search_for_two_words_that_never_meet_ends_where_it_must(world: &World) {
    let host = filled(world);
    world.controls().fill(
        "INSERT INTO account_word (parent_id, word, account_id) SELECT parent_id, CASE delegated WHEN 1 THEN 'alfieri' ELSE 'bertoli' END, id FROM account WHERE name_key LIKE 'bottega %';
         INSERT INTO account_word (parent_id, word, account_id) SELECT parent_id, 'bertoli', id FROM account WHERE name_key = 'bottega 01999'",
    );
    for query in ["search=alfieri%20bertoli", "search=alfieri&managed=false"] {
        let (mut cursor, mut found, mut pages) = (String::new(), 0, 0);
        loop {
            let last = std::cell::RefCell::new(Json::Null);
            let (spent, shown) = cost(world, || {
                let reply = host.gets(&format!("/v1/accounts?{query}&cursor={cursor}"));
                last.replace(reply.at("/next_cursor"));
                reply
            });
            println(&format!("{query}, page {pages}: {spent}"));
            assert!(spent <= 100_000, "{query}: {spent}; {}", costliest(world));
            (found, pages) = (found + shown.unwrap_or_default(), pages + 1);
            let Some(next) = last.into_inner().as_str().map(str::to_owned) else { break };
            cursor = next;
        }
        assert_eq!((found, pages), (usize::from(query.ends_with("bertoli")), 3), "{query}");
    }
}

pub fn what_is_left_of_purged_accounts_is_not_walked(world: &World) {
    let host = filled(world);
    let asks = ["limit=10", "limit=10&managed=true"].map(|query| {
        let host = host.clone();
        move || host.gets(&format!("/v1/accounts?{query}"))
    });
    for ask in &asks {
        drop(ask());
    }
    let before = asks.each_ref().map(|ask| cost(world, ask).0);
    world.controls().fill(&format!(
        "INSERT INTO account (id, parent_id, name, name_key, status, delegated, created_at)
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
         SELECT printf('01980000-0000-7000-800f-%012d', i), '{}', '-', '', 'deleted', i % 2, 1 FROM n",
        fill::HOST_ID
    ));
    let after = asks.each_ref().map(|ask| cost(world, ask).0);
    println(&format!("the selector: {before:?}, after twenty thousand purges {after:?}"));
    assert!(before.iter().zip(after).all(|(before, after)| after <= before * 5 / 4 + 40), "{before:?}, then {after:?}");
}

pub fn people_with_many_pixels_cost_no_more_to_list(world: &World) {
    let (host, account) = (filled(world), store_of(1_000));
    let bob = world.someone("Bob");
    bob.accepts(&host.invites(&account, &bob.email, "view_only").invited()).is(201);
    // Apps that Bob does not see, each assigned to all others.
    world.controls().fill(&format!(
        "INSERT OR IGNORE INTO assignment (member_id, resource_id) SELECT m.id, r.id FROM member m, resource r
          WHERE m.account_id = '{id}' AND m.access = 'invited' AND r.account_id = '{id}' AND r.is_open = 0; {FIRST_PEOPLE}",
        id = account.id
    ));
    let people = || bob.gets(&account.at("/members?limit=30&access=invited"));
    people();
    let (spent, _) = cost(world, people);
    println(&format!("thirty people with five hundred apps each: {spent}"));
    assert!(spent <= 60_000, "{spent}; {}", costliest(world));
    let listed = people().is(200).data();
    assert!(listed.iter().all(|one| one["access"]["has_more_resources"] == true), "{listed:?}");
    let named = |list: &[Json]| list.iter().flat_map(|one| one["access"]["resource_ids"].as_array().expect("ids").clone()).collect::<Vec<_>>();
    assert!(named(&listed).iter().all(|id| !id.as_str().expect("an id").is_empty()));
    // A reader who sees all of them is shown as many as before.
    let whole = host.gets(&account.at("/members?limit=30&access=invited")).is(200).data();
    assert_eq!(named(&whole).len(), 30 * 20);
}

pub fn a_chunk_of_a_purge_costs_the_same_with_many_pixels(world: &World) {
    filled(world);
    let [_, few, many] = STORES;
    world.controls().fill(&format!(
        "INSERT INTO resource (id, account_id, kind, external_id, name, name_key, visibility, is_open, created_at)
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
         SELECT printf('01980000-0000-7000-c000-%012d', i), '{}', 'pixel', printf('purged%d', i), 'Cosa', 'cosa', 'assigned', 1, 1 FROM n",
        store_of(few).id
    ));
    let [small, large] = [many, few].map(|count| {
        world.controls().fill(&format!("UPDATE account SET status = 'deleted', deleted_at = 1, purge_at = 2 WHERE id = '{}'", store_of(count).id));
        let before = world.controls().steps();
        world.controls().job_is_killed();
        let spent = world.controls().steps() - before;
        world.controls().fill(&format!("UPDATE account SET purge_at = NULL WHERE id = '{}'", store_of(count).id));
        spent
    });
    println(&format!("a chunk of a purge: {small} with a thousand pixels, {large} with twenty thousand"));
    assert!(large <= small * 5 / 4 + 40, "{small}, then {large}; {}", costliest(world));
}
