//! Requests at the same time: the result is always one that the requests could have had one after the other.
//!
//! On the wire they run at the same time in workerd and D1. In process they share one `SQLite` and interleave between the trips of a request.

use std::collections::BTreeSet;

use serde_json::json;

use crate::support::client::{Reply, counted};
use crate::support::people::Person;
use crate::support::world::{Account, HOST_EMAIL, HOST_PASSWORD, World};

/// The rounds of each race: many on the wire, a few in process, where one `SQLite` runs the batches one after the other.
fn rounds(world: &World) -> std::ops::Range<usize> {
    0..if world.is_in_process() { 3 } else { 20 }
}

/// The number of requests at the same time.
const CROWD: usize = 10;
/// The number of requests of each kind, when two kinds race.
const HALF: usize = CROWD / 2;

/// Returns how many answers have each of these outcomes, a status and a code. Fails when an answer has another outcome.
#[track_caller]
fn counts<const N: usize>(replies: &[Reply], outcomes: [(u16, &str); N]) -> [usize; N] {
    let counts = outcomes.map(|(status, code)| counted(replies, status, code));
    let all: Vec<String> = replies.iter().map(Reply::summary).collect();
    assert_eq!(counts.iter().sum::<usize>(), replies.len(), "{counts:?} of {outcomes:?} in:\n{}", all.join("\n"));
    counts
}

/// Creates an account with this many admins and no other members.
fn admins(world: &World, name: &str, count: usize) -> (Account, Vec<Person>) {
    let (first, account) = world.unmanaged_account_of(name);
    let mut all = vec![first];
    for number in 1..count {
        let person = world.joins(&all[0], &account, &format!("{name}{number}"), "admin");
        all.push(person);
    }
    (account, all)
}

/// Returns the number of active admins of the account, as a person who may still read them sees it.
fn left(account: &Account, people: &[Person]) -> usize {
    let looking = people.iter().find(|person| person.gets(&account.at("/members")).status == 200).expect("somebody is left");
    looking.gets(&account.at("/members?role=admin&access=active")).is(200).data().len()
}

/// Each admin acts on the next one at the same time. One admin is always left: all but those whom an answer says are gone.
fn last_admins<const N: usize>(world: &World, name: &str, outcomes: [(u16, &str); N], act: impl Fn(&Account, &Person, &str) -> Reply + Sync) {
    for round in rounds(world) {
        let (account, people) = admins(world, &format!("{name}{round}x"), 3);
        let pairs: Vec<(Person, String)> =
            (0..people.len()).map(|index| (people[index].clone(), people[0].member_id(&account, &people[(index + 1) % people.len()].email))).collect();
        // Each admin acts from several devices, to make ten requests.
        let crowd: Vec<(Person, String)> = pairs.iter().cycle().take(CROWD).map(|(person, target)| (person.at_another_device(), target.clone())).collect();
        let replies = world.at_once(&crowd, |(person, target)| act(&account, person, target));
        counts(&replies, outcomes);
        let done = replies.iter().enumerate().filter(|(_, reply)| reply.status < 300);
        let gone: BTreeSet<usize> = done.map(|(index, reply)| (index + usize::from(!reply.asked.contains("/members/me"))) % people.len()).collect();
        let admins = left(&account, &people);
        assert!(admins >= 1, "round {round}: no admin left");
        assert_eq!(admins, people.len() - gone.len(), "round {round}: {gone:?} are gone");
    }
}

pub fn admins_who_demote_each_other_leave_one(world: &World) {
    last_admins(world, "Demote", [(200, ""), (403, "not_allowed"), (409, "account_keeps_an_admin")], |account, person, target| {
        person.ask("PUT", &account.at(&format!("/members/{target}/access"))).when("*").json(&json!({"role": "standard"})).send()
    });
}

pub fn admins_who_revoke_each_other_leave_one(world: &World) {
    last_admins(
        world,
        "Revoke",
        [(204, ""), (404, "not_found"), (409, "account_keeps_an_admin"), (409, "domain_keeps_a_recipient")],
        |account, person, target| person.ask("DELETE", &account.at(&format!("/members/{target}"))).when("*").send(),
    );
}

pub fn admins_who_suspend_each_other_leave_one(world: &World) {
    last_admins(world, "Suspend", [(200, ""), (404, "not_found"), (409, "account_keeps_an_admin")], |account, person, target| {
        person.ask("PUT", &account.at(&format!("/members/{target}/access/suspension"))).when("*").json(&json!({"suspended": true})).send()
    });
}

pub fn admins_who_all_leave_do_not_all_leave(world: &World) {
    last_admins(world, "Leave", [(204, ""), (404, "not_found"), (409, "account_keeps_an_admin"), (409, "domain_keeps_a_recipient")], |account, person, _| {
        person.leaves(account)
    });
}

pub fn admins_who_demote_revoke_suspend_and_leave_at_once_leave_one(world: &World) {
    const ALL: [(u16, &str); 6] =
        [(200, ""), (204, ""), (403, "not_allowed"), (404, "not_found"), (409, "account_keeps_an_admin"), (409, "domain_keeps_a_recipient")];
    last_admins(world, "Mixed", ALL, |account, person, target| {
        let path = account.at(&format!("/members/{target}"));
        match target.as_bytes().last().unwrap_or(&0) % 4 {
            0 => person.ask("PUT", &format!("{path}/access")).when("*").json(&json!({"role": "view_only"})).send(),
            1 => person.ask("DELETE", &path).when("*").send(),
            2 => person.ask("PUT", &format!("{path}/access/suspension")).when("*").json(&json!({"suspended": true})).send(),
            _ => person.leaves(account),
        }
    });
}

/// Accepts with this password. Each round has its own IP address, by which failures are counted.
fn takes(world: &World, round: usize, person: &Person, token: &str, password: &str) -> Reply {
    let builder = world.ask("POST", "/v1/invitations/accept").header("cf-connecting-ip", &world.address(100 + round));
    builder.json(&json!({"token": token, "first_name": person.name, "last_name": "Neri", "password": password})).send()
}

pub fn one_invitation_accepted_by_many_makes_one_member(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    for round in rounds(world) {
        let bob = world.someone(&format!("Bob{round}"));
        let invited = ada.invites(&rossi, &bob.email, "standard").invited();
        let passwords: Vec<String> = (0..CROWD).map(|number| format!("entirely different words {round} {number}")).collect();
        let replies = world.at_once(&passwords, |password| takes(world, round, &bob, invited.token(), password));
        assert_eq!(counts(&replies, [(201, ""), (410, "link_not_valid")]), [1, CROWD - 1], "round {round}");
        let found = ada.gets(&rossi.at(&format!("/members?search=bob{round}"))).is(200).data();
        assert_eq!(found.iter().filter(|member| member["email"] == bob.email.as_str()).count(), 1);
        let winner = replies.iter().position(|reply| reply.status == 201).expect("a winner");
        world.sign_in(&bob.email, &passwords[winner]).is(201);
    }
}

/// Checks that all answers have the same result, and each its own session.
fn one_result(world: &World, replies: &[Reply]) {
    assert_eq!(counts(replies, [(201, "")]), [replies.len()]);
    let results: BTreeSet<_> = replies.iter().map(|reply| ["/member_id", "/user/id", "/account_id"].map(|field| reply.text(field))).collect();
    let sessions: BTreeSet<String> = replies.iter().map(|reply| reply.text("/session_token")).collect();
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
        // The same for a person who has a user already.
        let invited = world.host().invites(&bianchi, &bob.email, "standard").invited();
        let replies = world.at_once(&[(); CROWD], |()| {
            let builder = world.ask("POST", "/v1/invitations/accept").header("cf-connecting-ip", &world.address(100 + round));
            builder.json(&json!({"token": invited.token(), "password": bob.password()})).send()
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
        let mail = world.controls().emails().into_iter().rfind(|mail| mail.to == vera.email).expect("an e-mail");
        let token = mail.text.split("/invitation#").nth(1).and_then(|rest| rest.split_whitespace().next()).expect("a link").to_owned();
        let replies = world.at_once(&[(); CROWD], |()| takes(world, round, &vera, &token, "entirely different words"));
        one_result(world, &replies);
        let notices = world.controls().emails().into_iter().filter(|mail| mail.to == vera.email && mail.subject.contains("password was changed")).count();
        assert_eq!(notices, 1, "round {round}: one notice");
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
        let outcomes = counts(&replies, [(201, ""), (410, "link_not_valid"), (409, "not_invited")]);
        let accepted = replies.iter().step_by(2).filter(|reply| reply.status == 201).count();
        let renewed: Vec<_> = replies.iter().skip(1).step_by(2).filter(|reply| reply.status == 201).map(Reply::invited).collect();
        let status = ada.sees(&rossi, &invited.member).is(200).text("/access/status");
        // A repeated acceptance returns the first result, so all of them succeed or none.
        assert_eq!(outcomes, if accepted > 0 { [HALF, 0, HALF] } else { [HALF, HALF, 0] }, "round {round}");
        if accepted > 0 {
            assert_eq!(status, "active", "round {round}");
            for link in &renewed {
                bob.accepts(link).refused(410, "link_not_valid");
            }
        } else {
            assert_eq!((accepted, status.as_str()), (0, "invited"), "round {round}");
            // A preview may come from an old copy, but accepting asks the database.
            let open = renewed.iter().filter(|link| bob.accepts(link).status == 201).count();
            assert_eq!(open, 1, "round {round}: one link is open");
        }
    }
}

pub fn accepting_against_another_address_ends_one_way(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    for round in rounds(world) {
        let (typo, bob) = (world.someone(&format!("Bbo{round}")), world.someone(&format!("Bob{round}")));
        let invited = ada.invites(&rossi, &typo.email, "standard").invited();
        let path = rossi.at(&format!("/members/{}", invited.member));
        let turns: Vec<usize> = (0..CROWD).collect();
        let replies = world.at_once(&turns, |turn| {
            if turn % 2 == 0 {
                takes(world, round, &typo, invited.token(), &typo.password())
            } else {
                ada.ask("PATCH", &path).when("*").json(&json!({"email": bob.email})).send()
            }
        });
        let outcomes = counts(&replies, [(201, ""), (410, "link_not_valid"), (409, "email_belongs_to_user"), (200, "")]);
        let member = ada.gets(&path).is(200);
        let links: Vec<_> = replies.iter().filter(|reply| !reply.text("/invitation/link").is_empty()).map(Reply::invited).collect();
        if outcomes[0] > 0 {
            assert_eq!((outcomes, links.len()), ([HALF, 0, HALF, 0], 0), "round {round}");
            assert_eq!((member.text("/access/status"), member.text("/email")), ("active".into(), typo.email.clone()), "round {round}");
        } else {
            // The first change makes the link; the others find the address as it is.
            assert_eq!((outcomes, links.len()), ([0, HALF, 0, HALF], 1), "round {round}");
            assert_eq!((member.text("/access/status"), member.text("/email")), ("invited".into(), bob.email.clone()), "round {round}");
            bob.accepts(&links[0]).is(201);
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
        let accepted = counted(&replies, 201, "");
        let outcomes = counts(&replies, [(201, ""), (204, ""), (409, "not_invited"), (410, "link_not_valid")]);
        assert_eq!(outcomes, if accepted > 0 { [HALF, 0, HALF, 0] } else { [0, 1, HALF - 1, HALF] }, "round {round}");
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
        let accepted = counted(&replies, 201, "");
        let outcomes = counts(&replies, [(201, ""), (410, "link_not_valid"), (204, ""), (404, "not_found")]);
        let [in_time, late] = if accepted > 0 { [HALF, 0] } else { [0, HALF] };
        assert_eq!(outcomes, [in_time, late, 1, HALF - 1], "round {round}: the inviter is out");
        let inside = ada.gets(&rossi.at(&format!("/members?access=active&search=bob{round}"))).is(200).data();
        let inside = inside.iter().filter(|member| member["email"] == bob.email.as_str()).count();
        assert_eq!(inside, accepted.min(1), "round {round}");
        takes(world, round, &bob, invited.token(), "entirely different words").refused(410, "link_not_valid");
    }
}

pub fn two_invitations_to_one_address_make_one(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    for round in rounds(world) {
        let email = format!("Bob{round}.{}@example.com", world.tag());
        let spellings: Vec<String> = (0..CROWD).map(|turn| if turn % 2 == 0 { email.clone() } else { email.to_uppercase() }).collect();
        let replies = world.at_once(&spellings, |spelling| ada.invites(&rossi, spelling, "standard"));
        assert_eq!(counts(&replies, [(201, ""), (409, "already_invited")]), [1, CROWD - 1], "round {round}");
        let found = ada.gets(&rossi.at(&format!("/members?access=invited&search=bob{round}"))).is(200).data();
        assert_eq!(found.iter().filter(|member| member["email"].as_str().is_some_and(|found| found.eq_ignore_ascii_case(&email))).count(), 1);
    }
}

pub fn setup_against_setup_makes_one_host(world: &World) {
    // A deployment is set up once, so on the wire this scenario runs first. One person sends the setup many times at once.
    let replies = world.at_once(&[(); CROWD], |()| world.setup(world.setup_token(), HOST_EMAIL));
    assert_eq!(counts(&replies, [(201, "")]), [CROWD]);
    assert!(replies.iter().all(|reply| reply.text("/user/id") == replies[0].text("/user/id")));
    // Other people are refused, also many at once.
    let others: Vec<String> = (0..CROWD).map(|number| format!("other{number}@portico.example")).collect();
    let refused = world.at_once(&others, |email| world.setup(world.setup_token(), email));
    assert_eq!(counts(&refused, [(409, "already_set_up")]), [CROWD]);
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
            let builder = world.ask("POST", "/v1/password-resets/confirm").header("cf-connecting-ip", &world.address(100 + number));
            builder.json(&json!({"token": token, "new_password": password})).send()
        };
        let replies = world.at_once(&passwords, confirm);
        // The link's own counter lets ten at a time compare or set a password.
        assert_eq!(counts(&replies, [(204, ""), (410, "link_not_valid")]), [1, CROWD - 1], "round {round}");
        let winner = replies.iter().position(|reply| reply.status == 204).expect("a winner");
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
            let builder = world.ask("POST", "/v1/password-resets/confirm").header("cf-connecting-ip", &world.address(100 + round));
            builder.json(&json!({"token": token, "new_password": password})).send()
        });
        assert_eq!(counts(&replies, [(204, "")]), [CROWD], "round {round}");
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
        assert_eq!(counts(&replies, [(201, "")]), [CROWD], "round {round}");
        let ids: BTreeSet<String> = replies.iter().map(|reply| reply.text("/id")).collect();
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
        let [changed, revoked, late] = counts(&replies, [(200, ""), (204, ""), (404, "not_found")]);
        assert_eq!((revoked, late), (1, CROWD - 1 - changed), "round {round}");
        bob.gets(&rossi.at("")).refused(404, "not_found");
        ada.gets(&path).refused(404, "not_found");
    }
}

pub fn many_wrong_passwords_at_once_are_all_counted(world: &World) {
    let (ada, _) = world.account_of("Ada");
    let tries: Vec<usize> = (0..60).collect();
    let replies = world.at_once(&tries, |number| {
        let builder = world.ask("POST", "/v1/sessions").header("cf-connecting-ip", &world.address(100 + number));
        builder.json(&json!({"email": ada.email, "password": format!("not the password {number}")})).send()
    });
    let outcomes = counts(&replies, [(401, "wrong_credentials"), (429, "too_many_attempts")]);
    assert_eq!(outcomes, [50, 10], "fifty from all IP addresses together, and no more");
}
