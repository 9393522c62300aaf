//! Many at the same moment: whatever the order, the end is one that could have come about one after the other.
//!
//! On the wire they meet in workerd and D1; in process they meet on one `SQLite`, between the trips of a request.

use serde_json::json;

use crate::support::client::Reply;
use crate::support::people::Person;
use crate::support::world::{Account, HOST_EMAIL, HOST_PASSWORD, World};

/// Rounds of each race: on the real runtime as many as it takes, in process a few, where one `SQLite` puts everything in a row anyway.
fn rounds(world: &World) -> std::ops::Range<usize> {
    0..if world.is_in_process() { 3 } else { 20 }
}

/// How many act at once.
const CROWD: usize = 10;

fn counted(replies: &[Reply], status: u16) -> usize {
    replies.iter().filter(|reply| reply.status == status).count()
}

/// No answer but these; a race is no excuse for a fault.
fn only(replies: &[Reply], statuses: &[u16]) {
    for reply in replies {
        assert!(statuses.contains(&reply.status), "{}", reply.told());
    }
}

/// Admins of an account of their own, all equal, and nobody else in it.
fn admins(world: &World, name: &str, count: usize) -> (Account, Vec<Person>) {
    let (first, account) = world.unmanaged_account_of(name);
    let mut all = vec![first];
    for number in 1..count {
        let person = world.joins(&all[0], &account, &format!("{name}{number}"), "admin");
        all.push(person);
    }
    (account, all)
}

/// Admins of the account who are in force, seen by whoever still may look.
fn left(account: &Account, people: &[Person]) -> usize {
    let looking = people.iter().find(|person| person.gets(&account.at("/members")).status == 200).expect("somebody is left");
    looking.gets(&account.at("/members?role=admin&access=active")).is(200).data().len()
}

/// Everybody acts on the next one at once, until nobody can: one admin is always left.
fn last_admins(world: &World, name: &str, act: impl Fn(&Account, &Person, &str) -> Reply + Sync) {
    for round in rounds(world) {
        let (account, people) = admins(world, &format!("{name}{round}x"), 3);
        let pairs: Vec<(Person, String)> =
            (0..people.len()).map(|index| (people[index].clone(), people[0].member_id(&account, &people[(index + 1) % people.len()].email))).collect();
        // Each of them from several devices, so that ten and more act at once.
        let crowd: Vec<(Person, String)> = pairs.iter().cycle().take(CROWD).map(|(person, target)| (person.at_another_device(), target.clone())).collect();
        let replies = world.at_once(&crowd, |(person, target)| act(&account, person, target));
        only(&replies, &[200, 204, 403, 404, 409, 412]);
        let admins = left(&account, &people);
        assert!(admins >= 1, "round {round}: no admin left");
    }
}

pub fn admins_who_demote_each_other_leave_one(world: &World) {
    last_admins(world, "Demote", |account, person, target| {
        person.ask("PUT", &account.at(&format!("/members/{target}/access"))).when("*").json(&json!({"role": "standard"})).send()
    });
}

pub fn admins_who_revoke_each_other_leave_one(world: &World) {
    last_admins(world, "Revoke", |account, person, target| person.ask("DELETE", &account.at(&format!("/members/{target}"))).when("*").send());
}

pub fn admins_who_suspend_each_other_leave_one(world: &World) {
    last_admins(world, "Suspend", |account, person, target| {
        person.ask("PUT", &account.at(&format!("/members/{target}/access/suspension"))).when("*").json(&json!({"suspended": true})).send()
    });
}

pub fn admins_who_all_leave_do_not_all_leave(world: &World) {
    last_admins(world, "Leave", |account, person, _| person.leaves(account));
}

pub fn admins_who_demote_revoke_suspend_and_leave_at_once_leave_one(world: &World) {
    last_admins(world, "Mixed", |account, person, target| {
        let path = account.at(&format!("/members/{target}"));
        match target.as_bytes().last().unwrap_or(&0) % 4 {
            0 => person.ask("PUT", &format!("{path}/access")).when("*").json(&json!({"role": "view_only"})).send(),
            1 => person.ask("DELETE", &path).when("*").send(),
            2 => person.ask("PUT", &format!("{path}/access/suspension")).when("*").json(&json!({"suspended": true})).send(),
            _ => person.leaves(account),
        }
    });
}

/// Somebody accepts with this password, in this round: each comes from a place of its own, where failures are counted.
fn takes(world: &World, round: usize, person: &Person, token: &str, password: &str) -> Reply {
    let asking = world.ask("POST", "/v1/invitations/accept").header("cf-connecting-ip", &world.address(100 + round));
    asking.json(&json!({"token": token, "first_name": person.name, "last_name": "Neri", "password": password})).send()
}

pub fn one_invitation_accepted_by_many_makes_one_member(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    for round in rounds(world) {
        let bob = world.someone(&format!("Bob{round}"));
        let invited = ada.invites(&rossi, &bob.email, "standard").invited();
        let passwords: Vec<String> = (0..CROWD).map(|number| format!("entirely different words {round} {number}")).collect();
        let replies = world.at_once(&passwords, |password| takes(world, round, &bob, invited.token(), password));
        only(&replies, &[201, 409, 410]);
        assert_eq!(counted(&replies, 201), 1, "round {round}");
        let found = ada.gets(&rossi.at(&format!("/members?search=bob{round}"))).is(200).data();
        assert_eq!(found.iter().filter(|member| member["email"] == bob.email.as_str()).count(), 1);
        let winner = replies.iter().position(|reply| reply.status == 201).expect("a winner");
        world.sign_in(&bob.email, &passwords[winner]).is(201);
    }
}

/// All of them got the same result, and a session each.
fn one_result(world: &World, replies: &[Reply]) {
    only(replies, &[201]);
    let results: std::collections::BTreeSet<_> = replies.iter().map(|reply| ["/member_id", "/user/id", "/account_id"].map(|field| reply.text(field))).collect();
    let sessions: std::collections::BTreeSet<String> = replies.iter().map(|reply| reply.text("/session_token")).collect();
    assert_eq!((results.len(), sessions.len()), (1, replies.len()));
    for session in sessions {
        world.ask("GET", "/v1/me").bearer(&session).send().is(200);
    }
}

pub fn the_same_acceptance_sent_many_times_gives_one_result(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let (_, bianchi) = world.account_of("Bea");
    for round in rounds(world) {
        let bob = world.someone(&format!("Bob{round}"));
        let invited = ada.invites(&rossi, &bob.email, "standard").invited();
        let replies = world.at_once(&[(); CROWD], |()| takes(world, round, &bob, invited.token(), &bob.password()));
        one_result(world, &replies);
        let found = ada.gets(&rossi.at(&format!("/members?search=bob{round}"))).is(200).data();
        assert_eq!(found.iter().filter(|member| member["email"] == bob.email.as_str()).count(), 1);
        // And as a user who was there before.
        let invited = world.host().invites(&bianchi, &bob.email, "standard").invited();
        let replies = world.at_once(&[(); CROWD], |()| {
            let asking = world.ask("POST", "/v1/invitations/accept").header("cf-connecting-ip", &world.address(100 + round));
            asking.json(&json!({"token": invited.token(), "password": bob.password()})).send()
        });
        one_result(world, &replies);
    }
}

pub fn the_same_take_over_sent_many_times_gives_one_result(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let (bea, bianchi) = world.account_of("Bea");
    for round in rounds(world) {
        let vera = world.joins(&ada, &rossi, &format!("Vera{round}"), "standard");
        bea.invites(&bianchi, &vera.email, "standard").is(201);
        let mail = world.powers().emails().into_iter().rfind(|mail| mail.to == vera.email).expect("a letter");
        let token = mail.text.split("/invitation#").nth(1).and_then(|rest| rest.split_whitespace().next()).expect("a link").to_owned();
        let replies = world.at_once(&[(); CROWD], |()| takes(world, round, &vera, &token, "entirely different words"));
        one_result(world, &replies);
        let told = world.powers().emails().into_iter().filter(|mail| mail.to == vera.email && mail.subject.contains("password was changed")).count();
        assert_eq!(told, 1, "round {round}: one notice");
    }
}

pub fn accepting_against_a_new_link_ends_one_way(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    for round in rounds(world) {
        let bob = world.someone(&format!("Bob{round}"));
        let invited = ada.invites(&rossi, &bob.email, "standard").invited();
        let turns: Vec<usize> = (0..CROWD).collect();
        let replies = world.at_once(&turns, |turn| {
            if turn % 2 == 0 { takes(world, round, &bob, invited.token(), &bob.password()) } else { ada.renews_link(&rossi, &invited.member) }
        });
        only(&replies, &[201, 409, 410]);
        let accepted = replies.iter().step_by(2).filter(|reply| reply.status == 201).count();
        let renewed: Vec<_> = replies.iter().skip(1).step_by(2).filter(|reply| reply.status == 201).map(Reply::invited).collect();
        let status = ada.sees(&rossi, &invited.member).is(200).text("/access/status");
        // Who accepts again gets the first result again.
        if accepted > 0 {
            assert_eq!(status, "active", "round {round}");
            for link in &renewed {
                bob.accepts(link).refused(410, "link_not_valid");
            }
        } else {
            assert_eq!((accepted, status.as_str()), (0, "invited"), "round {round}");
            // Previews may be copies of a moment ago; what opens is asked of the database.
            let open = renewed.iter().filter(|link| bob.accepts(link).status == 201).count();
            assert_eq!(open, 1, "round {round}: one link is open");
        }
    }
}

pub fn accepting_against_cancelling_ends_one_way(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    for round in rounds(world) {
        let bob = world.someone(&format!("Bob{round}"));
        let invited = ada.invites(&rossi, &bob.email, "standard").invited();
        let path = rossi.at(&format!("/members/{}/invitation", invited.member));
        let turns: Vec<usize> = (0..CROWD).collect();
        let replies = world.at_once(&turns, |turn| {
            if turn % 2 == 0 { takes(world, round, &bob, invited.token(), &bob.password()) } else { ada.ask("DELETE", &path).when("*").send() }
        });
        only(&replies, &[201, 204, 404, 409, 410, 412]);
        let (accepted, cancelled) = (counted(&replies, 201), counted(&replies, 204));
        assert!(accepted > 0 && cancelled == 0 || accepted == 0 && cancelled == 1, "round {round}: {accepted} accepted, {cancelled} cancelled");
        let inside = ada.sees(&rossi, &invited.member).text("/access/status") == "active";
        assert_eq!(inside, accepted > 0, "round {round}");
    }
}

pub fn accepting_against_the_end_of_the_inviter_ends_one_way(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    for round in rounds(world) {
        let eve = world.joins(&ada, &rossi, &format!("Eve{round}"), "admin");
        let member = ada.member_id(&rossi, &eve.email);
        let bob = world.someone(&format!("Bob{round}"));
        let invited = eve.invites(&rossi, &bob.email, "admin").invited();
        let path = rossi.at(&format!("/members/{member}"));
        let turns: Vec<usize> = (0..CROWD).collect();
        let replies = world.at_once(&turns, |turn| {
            if turn % 2 == 0 { takes(world, round, &bob, invited.token(), &bob.password()) } else { ada.ask("DELETE", &path).when("*").send() }
        });
        only(&replies, &[201, 204, 404, 409, 410, 412]);
        assert_eq!(counted(&replies, 204), 1, "round {round}: the inviter is out");
        let inside = ada.gets(&rossi.at(&format!("/members?access=active&search=bob{round}"))).is(200).data();
        let inside = inside.iter().filter(|member| member["email"] == bob.email.as_str()).count();
        assert_eq!(inside, counted(&replies, 201).min(1), "round {round}");
        takes(world, round, &bob, invited.token(), "entirely different words").refused(410, "link_not_valid");
    }
}

pub fn two_invitations_to_one_address_make_one(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    for round in rounds(world) {
        let email = format!("Bob{round}.{}@example.com", world.tag());
        let spellings: Vec<String> = (0..CROWD).map(|turn| if turn % 2 == 0 { email.clone() } else { email.to_uppercase() }).collect();
        let replies = world.at_once(&spellings, |spelling| ada.invites(&rossi, spelling, "standard"));
        only(&replies, &[201, 409]);
        assert_eq!(counted(&replies, 201), 1, "round {round}");
        assert!(replies.iter().filter(|reply| reply.status == 409).all(|reply| reply.code() == "already_invited"), "round {round}");
        let found = ada.gets(&rossi.at(&format!("/members?access=invited&search=bob{round}"))).is(200).data();
        assert_eq!(found.iter().filter(|member| member["email"].as_str().is_some_and(|found| found.eq_ignore_ascii_case(&email))).count(), 1);
    }
}

pub fn setup_against_setup_makes_one_host(world: &World) {
    // A deployment is set up once, so on the wire this is the first thing that happens to it: by one person who presses often.
    let replies = world.at_once(&[(); CROWD], |()| world.setup(world.setup_token(), HOST_EMAIL));
    only(&replies, &[201]);
    assert!(replies.iter().all(|reply| reply.text("/user/id") == replies[0].text("/user/id")));
    // Somebody else, many times at once, is not the one who did.
    let others: Vec<String> = (0..CROWD).map(|number| format!("other{number}@portico.example")).collect();
    let refused = world.at_once(&others, |email| world.setup(world.setup_token(), email));
    assert!(refused.iter().all(|reply| (reply.status, reply.code().as_str()) == (409, "already_set_up")), "{refused:?}");
    let host = world.sign_in(HOST_EMAIL, HOST_PASSWORD).is(201).text("/session_token");
    assert_eq!(world.ask("GET", "/v1/me/accounts").bearer(&host).send().is(200).data().len(), 1);
    world.is_set_up();
}

pub fn one_reset_link_used_by_many_sets_one_password(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let member = ada.member_id(&rossi, &bob.email);
    for round in rounds(world) {
        let token = ada.makes_reset_link(&rossi, &member).is(201).reset_token();
        let passwords: Vec<(usize, String)> = (0..CROWD).map(|number| (number, format!("entirely different words {round} {number}"))).collect();
        let confirm = |(number, password): &(usize, String)| {
            let asking = world.ask("POST", "/v1/password-resets/confirm").header("cf-connecting-ip", &world.address(100 + number));
            asking.json(&json!({"token": token, "new_password": password})).send()
        };
        let replies = world.at_once(&passwords, confirm);
        // The link's own counter lets ten at a time compare or set a password.
        only(&replies, &[204, 410, 429]);
        let winner = replies.iter().position(|reply| reply.status == 204).expect("a winner");
        assert_eq!(counted(&replies, 204), 1, "round {round}");
        world.sign_in(&bob.email, &passwords[winner].1).is(201);
    }
}

pub fn the_same_reset_sent_many_times_gives_one_result(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let member = ada.member_id(&rossi, &bob.email);
    for round in rounds(world) {
        let token = ada.makes_reset_link(&rossi, &member).is(201).reset_token();
        let password = format!("entirely different words {round}");
        bob.signs_in().is(201);
        let before = ada.gets(&rossi.at("/audit-events?limit=100")).is(200).data().len();
        let version = bob.gets("/v1/me").is(200).at("/version").as_u64().expect("a version");
        let replies = world.at_once(&[(); CROWD], |()| {
            let asking = world.ask("POST", "/v1/password-resets/confirm").header("cf-connecting-ip", &world.address(100 + round));
            asking.json(&json!({"token": token, "new_password": password})).send()
        });
        only(&replies, &[204]);
        bob.remembers(&password);
        bob.signs_in().is(201);
        assert_eq!(bob.gets("/v1/me").is(200).at("/version"), version + 1, "round {round}: one change");
        assert_eq!(ada.gets(&rossi.at("/audit-events?limit=100")).is(200).data().len(), before, "a password is nobody's matter in the account");
    }
}

pub fn one_key_used_by_many_makes_one_thing(world: &World) {
    let host = world.host();
    for round in rounds(world) {
        let body = json!({"name": format!("Unica{round} ({})", world.tag()), "managed": true});
        let key = format!("key-{}-{round}", world.tag());
        let crowd = vec![(); CROWD];
        let replies = world.at_once(&crowd, |()| host.ask("POST", "/v1/accounts").header("idempotency-key", &key).json(&body).send());
        only(&replies, &[201, 409]);
        let ids: std::collections::BTreeSet<String> = replies.iter().filter(|reply| reply.status == 201).map(|reply| reply.text("/id")).collect();
        assert_eq!(ids.len(), 1, "round {round}: {ids:?}");
    }
}

pub fn changing_a_role_against_revoking_ends_revoked(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let fay = world.joins(&ada, &rossi, "Fay", "admin");
    for round in rounds(world) {
        let bob = world.joins(&ada, &rossi, &format!("Bob{round}"), "standard");
        let path = rossi.at(&format!("/members/{}", ada.member_id(&rossi, &bob.email)));
        let turns: Vec<usize> = (0..CROWD).collect();
        let replies = world.at_once(&turns, |turn| {
            if turn % 2 == 0 {
                fay.ask("PUT", &format!("{path}/access")).when("*").json(&json!({"role": "view_only"})).send()
            } else {
                ada.ask("DELETE", &path).when("*").send()
            }
        });
        only(&replies, &[200, 204, 404, 409, 412]);
        assert_eq!(counted(&replies, 204), 1, "round {round}");
        bob.gets(&rossi.at("")).refused(404, "not_found");
        ada.gets(&path).refused(404, "not_found");
    }
}

pub fn many_wrong_passwords_at_once_are_all_counted(world: &World) {
    let (ada, _) = world.account_of("Ada");
    let tries: Vec<usize> = (0..60).collect();
    let replies = world.at_once(&tries, |number| {
        let asking = world.ask("POST", "/v1/sessions").header("cf-connecting-ip", &world.address(100 + number));
        asking.json(&json!({"email": ada.email, "password": format!("not the password {number}")})).send()
    });
    only(&replies, &[401, 429]);
    assert_eq!((counted(&replies, 401), counted(&replies, 429)), (50, 10), "fifty from everywhere, and no more");
}
