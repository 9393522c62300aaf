//! E-mails with every fault of provider, worker and clock: every action that sends e-mail, with every fault. No e-mail is lost,
//! none arrives twice, and its row has the true state. The tests run in process only, because on the wire the clock cannot be moved.

use serde_json::{Value as Json, json};

mod words;

use super::in_process::{InProcess, mail_sink::Provider};
use crate::support::people::{Invited, Person};
use crate::support::world::{Account, Controls, Need, World};

/// The people and the account of these tests.
struct Setup {
    world: World,
    ada: Person,
    rossi: Account,
    bob: Person,
    bob_member: String,
    invited: Invited,
    /// A user whom nobody confirmed, and the mailed invitation that takes the user over.
    vera: Person,
    mailed: Invited,
}

/// An action that sends e-mails: the codes of the e-mails, and the action.
type Flow = (&'static str, fn(&Setup));

/// Every action that sends e-mail. A new one is a new line.
const FLOWS: [Flow; 17] = [
    ("invitation", |setup| drop(setup.ada.invites(&setup.rossi, &format!("new.{}@example.com", setup.world.tag()), "standard").is(201))),
    ("invitation", |setup| {
        let file = json!({"members": [{"email": format!("file.{}@example.com", setup.world.tag())}]});
        drop(setup.ada.posts(&setup.rossi.at("/members/import?invite=standard"), &file).is(200));
    }),
    ("invitation", |setup| drop(setup.ada.renews_link(&setup.rossi, &setup.invited.member).is(201))),
    ("first_admin_invitation", |setup| drop(setup.world.host().creates_unmanaged_account("Verdi", "vera@example.com"))),
    ("password_reset", |setup| drop(setup.ada.makes_reset_link(&setup.rossi, &setup.bob_member).is(201))),
    ("password_reset forgotten", |setup| drop(setup.bob.forgets_password().is(202))),
    ("email_change email_change_asked", |setup| drop(setup.bob.asks_for_address(&format!("bob.new.{}@example.com", setup.world.tag())).is(202))),
    ("password_changed", |setup| drop(setup.bob.changes_password(&setup.bob.password(), &format!("{} and more", setup.bob.password())).is(204))),
    ("password_changed", |setup| drop(setup.vera.accepts(&setup.mailed).is(201))),
    ("email_verification", |setup| drop(setup.ada.posts("/v1/me/email-verification", &json!({})).is(202))),
    ("communication", |setup| {
        setup.ada.prefers(&setup.rossi, &setup.bob_member, &["general"]).is(200);
        drop(setup.ada.sends(&setup.rossi, "general", "Flow").is(201));
    }),
    ("role_changed", |setup| drop(setup.ada.gives_role(&setup.rossi, &setup.bob_member, "view_only").is(200))),
    ("access_suspended", |setup| drop(setup.ada.suspends(&setup.rossi, &setup.bob_member, true).is(200))),
    ("access_reactivated", |setup| drop(setup.ada.suspends(&setup.rossi, &setup.bob_member, false).is(200))),
    ("access_removed", |setup| drop(setup.ada.revokes(&setup.rossi, &setup.bob_member).is(204))),
    ("account_deleted", |setup| drop(setup.ada.deletes(&setup.rossi).is(204))),
    ("account_restored", |setup| drop(setup.world.host().restores(&setup.rossi).is(200))),
];

fn token_in(text: &str, page: &str) -> Option<String> {
    Some(text.split(&format!("/{page}#")).nth(1)?.split_whitespace().next()?.to_owned())
}

fn set_up() -> (std::sync::Arc<InProcess>, Setup) {
    let (service, world) = InProcess::world(&[Need::MailSink]);
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.someone("Bob");
    ada.invites(&rossi, &bob.email, "standard").is(201);
    let mail = service.provider().emails().pop().expect("an e-mail");
    let token = token_in(&mail.text, "invitation").expect("a link");
    bob.accepts(&Invited { member: String::new(), link: format!("/invitation#{token}") }).is(201);
    let bob_member = ada.member_id(&rossi, &bob.email);
    let (bea, bianchi) = world.account_of("Bea");
    let vera = world.joins(&bea, &bianchi, "Vera", "standard");
    let member = ada.invites(&rossi, &vera.email, "standard").invited().member;
    let mail = service.provider().emails().pop().expect("an e-mail");
    let mailed = Invited { member, link: format!("/invitation#{}", token_in(&mail.text, "invitation").expect("a link")) };
    vera.remembers("entirely different words");
    let invited = ada.invites(&rossi, &format!("cleo.{}@example.com", world.tag()), "standard").invited();
    (service, Setup { world, ada, rossi, bob, bob_member, invited, vera, mailed })
}

/// Returns the rows of new e-mails.
fn new_rows(service: &InProcess, known: &mut Vec<String>) -> Vec<Json> {
    let rows =
        service.select("SELECT id, letter, status, failure, attempts, claimed_until, next_attempt_at, provider_id FROM delivery ORDER BY created_at, id");
    let new: Vec<Json> = rows.into_iter().filter(|row| !known.contains(&row["id"].to_string())).collect();
    known.extend(new.iter().map(|row| row["id"].to_string()));
    new
}

fn row(service: &InProcess, id: &str) -> Json {
    service.select(&format!("SELECT status, failure, attempts, provider_id FROM delivery WHERE id = '{id}'")).remove(0)
}

/// Returns status and failure in the row right after the action, and the seconds until the next attempt; 0 when there is none.
fn expected(provider: Provider, dies: bool) -> (&'static str, &'static str, i64) {
    match provider {
        _ if dies => ("queued", "", 1),
        Provider::Answers(_) => ("queued", "401", 60),
        Provider::Works | Provider::IsTerse | Provider::IsSlow | Provider::IsLate => ("sent", "", 0),
        Provider::Refuses | Provider::IsSlowToRefuse => ("failed", "422", 0),
        Provider::IsBusy(seconds) => ("queued", "429", seconds),
        Provider::Breaks => ("queued", "500", 60),
        Provider::DropsBefore | Provider::DropsAfter => ("queued", "lost", 60),
        Provider::Hangs => ("queued", "", 60),
    }
}

fn every_flow_with(provider: Provider, dies: bool) {
    let (service, setup) = set_up();
    let (status, failure, waits) = expected(provider, dies);
    let mut known = Vec::new();
    new_rows(&service, &mut known);
    // For a forgotten password the e-mail is made after the answer: see below.
    for (number, (codes, act)) in FLOWS.iter().enumerate().filter(|(_, (codes, _))| !dies || !codes.ends_with("forgotten")) {
        let context = format!("{codes} (flow {number}) with {provider:?}");
        service.provider().is(provider);
        service.dies_after_answers(dies);
        let before = service.provider().emails().len();
        act(&setup);
        service.dies_after_answers(false);
        let rows = new_rows(&service, &mut known);
        assert!(!rows.is_empty(), "{context}: no letter");
        for one in &rows {
            let is_one = codes.split(' ').any(|code| one["letter"] == code);
            assert_eq!((is_one, one["status"].as_str()), (true, Some(status)), "{context}: {one}");
            assert!(one["failure"].as_str().unwrap_or_default().contains(failure), "{context}: {one}");
        }
        if waits > 1 {
            // No job sends it earlier.
            service.passes(waits - 20);
            let attempts = service.provider().attempts();
            service.provider().is(Provider::Works);
            service.job_runs();
            assert_eq!(service.provider().attempts(), attempts, "{context}: too early");
            service.passes(30);
        }
        service.provider().is(Provider::Works);
        service.job_runs();
        service.two_jobs_run();
        let arrived = service.provider().emails().split_off(before);
        let status = if provider == Provider::Refuses { "failed" } else { "sent" };
        let ends: Vec<Json> = rows.iter().map(|one| row(&service, one["id"].as_str().expect("an id"))).collect();
        assert!(ends.iter().all(|end| end["status"] == status), "{context}: {ends:?}");
        assert_eq!(arrived.len(), if status == "sent" { rows.len() } else { 0 }, "{context}");
        for (page, preview) in [("invitation", "/v1/invitations/preview"), ("reset", "/v1/password-resets/preview")] {
            if let Some(token) = arrived.first().and_then(|mail| token_in(&mail.text, page)) {
                setup.world.ask("POST", preview).json(&json!({ "token": token })).send().is(200);
            }
        }
    }
    let ids: std::collections::BTreeSet<String> = service.provider().emails().into_iter().map(|mail| mail.id).collect();
    assert_eq!(ids.len(), service.provider().emails().len());
    // No e-mail is sent twice, unless the worker cannot know that the provider accepted it.
    if provider != Provider::DropsAfter {
        assert_eq!(service.provider().arrivals(), ids.len());
    }
    service.finishes(&setup.world);
}

macro_rules! faults {
    ($($name:ident: $provider:expr, $dies:literal;)+) => {
        $(#[test]
        fn $name() {
            every_flow_with($provider, $dies);
        })+
    };
}

faults! {
    emails_leave: Provider::Works, false;
    a_provider_without_ids_is_enough: Provider::IsTerse, false;
    a_slow_provider_is_waited_for: Provider::IsSlow, false;
    a_late_provider_is_waited_for: Provider::IsLate, false;
    a_wrong_key_fails_no_email: Provider::Answers(401), false;
    what_is_refused_has_failed_at_once: Provider::Refuses, false;
    a_busy_provider_is_left_alone_as_long_as_it_asks: Provider::IsBusy(900), false;
    a_broken_provider_is_asked_again: Provider::Breaks, false;
    a_connection_lost_before_the_email_was_read: Provider::DropsBefore, false;
    a_connection_lost_after_the_email_was_read: Provider::DropsAfter, false;
    a_worker_killed_over_a_provider_that_hangs: Provider::Hangs, false;
    a_worker_killed_between_commit_and_email: Provider::Works, true;
}

#[test]
fn a_worker_killed_before_it_worked_on_a_forgotten_password() {
    let (service, setup) = set_up();
    service.dies_after_answers(true);
    setup.bob.forgets_password().is(202);
    service.dies_after_answers(false);
    let before = service.provider().emails().len();
    service.two_jobs_run();
    let emails = service.provider().emails().split_off(before);
    assert_eq!(emails.len(), 1, "the job does it, once");
    let token = token_in(&emails[0].text, "reset").expect("a link");
    setup.world.ask("POST", "/v1/password-resets/preview").json(&json!({ "token": token })).send().is(200);
    // Nothing is left to do.
    service.two_jobs_run();
    assert_eq!((service.provider().emails().len(), service.select("SELECT id FROM reset_request").len()), (before + 1, 0));
    service.finishes(&setup.world);
}

/// Makes so many waiting e-mails: the worker is killed after each answer.
fn waiting(service: &InProcess, setup: &Setup, count: usize) {
    service.dies_after_answers(true);
    for number in 0..count {
        setup.ada.invites(&setup.rossi, &format!("person{number}.{}@example.com", setup.world.tag()), "standard").is(201);
    }
    service.dies_after_answers(false);
}

fn states(service: &InProcess) -> Vec<(String, i64)> {
    let rows = service.select("SELECT status, count(*) AS count FROM delivery GROUP BY status ORDER BY status");
    rows.iter().map(|row| (row["status"].as_str().unwrap_or_default().to_owned(), row["count"].as_i64().unwrap_or_default())).collect()
}

#[test]
fn two_jobs_at_once_send_nothing_twice() {
    let (service, setup) = set_up();
    let (attempts, arrived) = (service.provider().attempts(), service.provider().emails().len());
    waiting(&service, &setup, 17);
    service.provider().is(Provider::IsSlow);
    service.two_jobs_run();
    assert_eq!((service.provider().attempts() - attempts, service.provider().emails().len() - arrived), (17, 17));
    assert_eq!(states(&service), [("sent".to_owned(), i64::try_from(arrived).expect("a count") + 17)]);
    service.finishes(&setup.world);
}

#[test]
fn a_job_whose_claim_ran_out_does_not_take_back_what_another_sent() {
    let (service, setup) = set_up();
    waiting(&service, &setup, 3);
    let arrived = service.provider().emails().len();
    service.provider().is(Provider::IsSlow);
    service.job_runs_while(|| {
        service.passes(120);
        service.provider().is(Provider::Works);
        service.job_runs();
        service.provider().is(Provider::IsSlow);
    });
    assert_eq!(service.provider().emails().len(), arrived + 3);
    assert!(states(&service).iter().all(|(status, _)| status == "sent"), "{:?}", states(&service));
}

#[test]
fn a_job_whose_claim_ran_out_does_not_end_what_another_has_in_hand() {
    let (service, setup) = set_up();
    waiting(&service, &setup, 1);
    let arrived = service.provider().emails().len();
    service.provider().is(Provider::IsSlowToRefuse);
    service.job_runs_while(|| {
        service.passes(120);
        service.provider().is(Provider::Breaks);
        service.job_runs();
    });
    assert_eq!(states(&service)[0], ("queued".to_owned(), 1), "{:?}", states(&service));
    service.provider().is(Provider::Works);
    service.passes(301);
    service.job_runs();
    assert_eq!(service.provider().emails().len(), arrived + 1);
}

#[test]
fn a_provider_that_asks_to_wait_is_left_alone_with_every_letter() {
    let (service, setup) = set_up();
    service.provider().is(Provider::IsBusy(900));
    setup.ada.renews_link(&setup.rossi, &setup.invited.member).is(201);
    let attempts = service.provider().attempts();
    service.provider().is(Provider::Works);
    setup.ada.gives_role(&setup.rossi, &setup.bob_member, "view_only").is(200);
    service.passes(800);
    service.job_runs();
    assert_eq!((service.provider().attempts(), &states(&service)[0]), (attempts, &("queued".to_owned(), 2)));
    service.passes(100);
    service.job_runs();
    assert_eq!(service.provider().attempts(), attempts + 2);
    assert!(states(&service).iter().all(|(status, _)| status == "sent"), "{:?}", states(&service));
}

#[test]
fn a_database_that_is_busy_when_the_outcome_is_noted_costs_no_letter() {
    let (service, setup) = set_up();
    for failures in [1, 2] {
        service.dies_after_answers(true);
        setup.ada.renews_link(&setup.rossi, &setup.invited.member).is(201);
        service.dies_after_answers(false);
        let arrived = service.provider().emails().len();
        service.provider().is(Provider::IsSlow);
        service.job_runs_while(|| (0..failures).for_each(|_| service.database_says("D1_ERROR: D1 DB is overloaded")));
        service.provider().is(Provider::Works);
        service.passes(61);
        service.job_runs();
        // The outcome is stored at the second try, or the same e-mail is sent again and the provider recognises it.
        assert_eq!(service.provider().emails().len(), arrived + 1, "{failures}");
        assert!(states(&service).iter().all(|(status, _)| status == "sent"), "{:?}", states(&service));
    }
}

/// Inserts a communication to many people, as its batch would.
fn communication(service: &InProcess, setup: &Setup, readers: usize) {
    service.fill(&format!(
        "INSERT INTO communication (id, account_id, category, subject, text, html, created_at, created_by)
         SELECT 'c1', id, 'general', 'News', 'One' || char(10) || 'two', NULL, 1795338000000, 'x' FROM account WHERE id = '{0}';
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {readers})
         INSERT INTO delivery (id, account_id, communication_id, letter, to_email, language, details, status, created_at, next_attempt_at)
         SELECT 'd' || i, '{0}', 'c1', 'communication', 'reader' || i || '@example.com', 'en', '{{\"account\":\"Rossi\"}}', 'queued', 1795338000000, 1795338000000 FROM n",
        setup.rossi.id
    ));
}

#[test]
fn a_communication_to_five_hundred_arrives_once_at_each_whatever_happens_on_the_way() {
    let faults = [Provider::Breaks, Provider::DropsAfter, Provider::IsBusy(300), Provider::Hangs, Provider::DropsBefore, Provider::IsSlow, Provider::IsTerse];
    let (service, setup) = set_up();
    let arrived = service.provider().emails().len();
    communication(&service, &setup, 500);
    for provider in faults {
        service.provider().is(provider);
        service.job_runs();
        service.passes(400);
        service.provider().is(Provider::Works);
        // An e-mail that a person waits for is sent before them.
        setup.ada.renews_link(&setup.rossi, &setup.invited.member).is(201);
        assert_eq!(
            service.select("SELECT status FROM delivery WHERE letter = 'invitation' ORDER BY created_at DESC, id DESC LIMIT 1").remove(0)["status"],
            "sent"
        );
        service.passes(400);
    }
    for _ in 0..4 {
        service.two_jobs_run();
        service.passes(3_600);
    }
    let emails: Vec<_> = service.provider().emails().split_off(arrived).into_iter().filter(|mail| mail.subject == "News").collect();
    let to: std::collections::BTreeSet<&String> = emails.iter().map(|mail| &mail.to).collect();
    assert_eq!((emails.len(), to.len()), (500, 500));
    assert!(emails[0].text.starts_with("One\ntwo\n\n") && emails[0].html.contains("One<br>\ntwo"), "{:?}", emails[0]);
    assert!(states(&service).iter().all(|(status, _)| status == "sent"), "{:?}", states(&service));
    service.finishes(&setup.world);
}

#[test]
fn a_communication_stops_when_its_account_is_deleted_and_the_letter_about_that_leaves() {
    let (service, setup) = set_up();
    communication(&service, &setup, 500);
    service.dies_after_answers(true);
    setup.ada.deletes(&setup.rossi).is(204);
    service.dies_after_answers(false);
    (0..4).for_each(|_| service.job_runs());
    assert!(service.provider().emails().iter().all(|mail| mail.subject != "News"));
    let rows = service.select("SELECT DISTINCT letter, status, failure FROM delivery WHERE letter IN ('communication', 'account_deleted') ORDER BY letter");
    let outcomes: Vec<_> = rows.iter().map(|row| (row["letter"].as_str(), row["status"].as_str(), row["failure"].as_str())).collect();
    assert_eq!(outcomes, [(Some("account_deleted"), Some("sent"), None), (Some("communication"), Some("failed"), Some("stopped"))]);
}

#[test]
fn after_eight_attempts_a_letter_has_failed() {
    let (service, setup) = set_up();
    service.provider().is(Provider::Breaks);
    let attempts = service.provider().attempts();
    setup.ada.gives_role(&setup.rossi, &setup.bob_member, "view_only").is(200);
    let state = || service.select("SELECT status, attempts, failure FROM delivery WHERE letter = 'role_changed'").remove(0);
    for attempt in 1..=8 {
        assert_eq!(state()["attempts"], attempt);
        assert_eq!(state()["status"], if attempt < 8 { "queued" } else { "failed" }, "{}", state());
        service.passes(6 * 3_600 + 60);
        service.job_runs();
    }
    assert_eq!((service.provider().attempts() - attempts, state()["failure"].as_str()), (8, Some("the provider answered 500")));
}

#[test]
fn a_letter_over_which_the_worker_always_dies_has_failed_after_eight_attempts() {
    let (service, setup) = set_up();
    service.provider().is(Provider::Hangs);
    let attempts = service.provider().attempts();
    setup.ada.gives_role(&setup.rossi, &setup.bob_member, "view_only").is(200);
    for _ in 0..10 {
        // The waits grow, as they do when the provider fails.
        service.passes(6 * 3_600 + 60);
        service.job_runs();
    }
    assert_eq!(service.provider().attempts() - attempts, 8);
    let end = service.select("SELECT status, attempts, failure FROM delivery WHERE letter = 'role_changed'").remove(0);
    assert_eq!((end["status"].as_str(), end["attempts"].as_i64(), end["failure"].as_str()), (Some("failed"), Some(8), Some("no answer")));
}

#[test]
fn a_provider_that_asks_to_wait_again_and_again_costs_no_email_for_two_days() {
    for (hours, sent) in [(40, true), (80, false)] {
        let (service, setup) = set_up();
        service.provider().is(Provider::Answers(429));
        setup.ada.gives_role(&setup.rossi, &setup.bob_member, "view_only").is(200);
        for _ in 0..hours {
            service.passes(3_600);
            service.job_runs();
        }
        service.provider().is(Provider::Works);
        service.passes(3_600);
        service.job_runs();
        assert_eq!(states(&service).iter().all(|(status, _)| status == "sent"), sent, "{hours}: {:?}", states(&service));
    }
}

#[test]
fn a_wrong_key_for_five_minutes_costs_no_letter() {
    let (service, setup) = set_up();
    for status in [301, 401, 402, 403, 404] {
        service.provider().is(Provider::Answers(status));
        setup.ada.renews_link(&setup.rossi, &setup.invited.member).is(201);
        communication(&service, &setup, 20);
        for _ in 0..5 {
            service.passes(60);
            service.job_runs();
        }
        service.provider().is(Provider::Works);
        service.passes(1_000);
        service.job_runs();
        assert!(states(&service).iter().all(|(state, _)| state == "sent"), "{status}: {:?}", states(&service));
        service.fill("DELETE FROM delivery WHERE communication_id IS NOT NULL; DELETE FROM communication;");
    }
}

#[test]
fn after_an_answer_no_letter_begins_too_late_to_end() {
    let (service, setup) = set_up();
    waiting(&service, &setup, 17);
    let attempts = service.provider().attempts();
    service.provider().is(Provider::IsLate);
    setup.ada.gives_role(&setup.rossi, &setup.bob_member, "view_only").is(200);
    assert_eq!(service.provider().attempts() - attempts, 10, "rounds at 0 and 9 seconds, none at 18");
    let took = service.select("SELECT max(sent_at - created_at) AS took FROM delivery WHERE letter = 'role_changed'").remove(0);
    assert!(took["took"].as_i64().is_some_and(|took| took >= 9_000), "it was sent when the provider said so: {took}");
    service.job_runs();
    assert!(states(&service).iter().all(|(state, _)| state == "sent"), "{:?}", states(&service));
}

#[test]
fn that_an_email_was_sent_is_true_whatever_was_thought_meanwhile() {
    for thought in ["failed", "not_sent"] {
        let (service, setup) = set_up();
        waiting(&service, &setup, 2);
        service.provider().is(Provider::IsSlow);
        service.job_runs_while(|| service.fill(&format!("UPDATE delivery SET status = '{thought}' WHERE status = 'queued'")));
        assert!(states(&service).iter().all(|(state, _)| state == "sent"), "{:?}", states(&service));
    }
}

#[test]
fn of_letters_that_are_counted_at_once_those_that_fit_leave() {
    let (service, setup) = set_up();
    communication(&service, &setup, 22);
    service.fill("UPDATE delivery SET to_email = 'one@example.com' WHERE communication_id IS NOT NULL");
    service.job_runs();
    let rows = service.select("SELECT failure, count(*) AS count FROM delivery WHERE communication_id IS NOT NULL GROUP BY failure ORDER BY failure");
    assert_eq!(json!(rows), json!([{"failure": null, "count": 20}, {"failure": "limit", "count": 2}]));
}

#[test]
fn another_provider_need_not_wait_for_what_the_first_asked() {
    let (service, setup) = set_up();
    service.provider().is(Provider::IsBusy(7_200));
    setup.ada.renews_link(&setup.rossi, &setup.invited.member).is(201);
    let attempts = service.provider().attempts();
    // A test e-mail waits like any other, and its answer says so.
    let tested = setup.world.host().ask("POST", "/v1/host/test-mail").send().is(200);
    assert_eq!((tested.text("/delivery/status"), tested.text("/delivery/failure")), ("queued".to_owned(), "the provider asked us to wait".to_owned()));
    assert_eq!(service.provider().attempts(), attempts);
    service.provider().is(Provider::Works);
    service.passes(100);
    service.job_runs();
    assert_eq!(service.provider().attempts(), attempts);
    let mut config = service.config();
    config.mailing.provider = Some("resend".into());
    service.job_runs_with(config);
    assert_eq!(service.provider().attempts(), attempts + 1, "the test letter; the other waits for its own time");
}

#[test]
fn an_invitation_of_who_may_no_longer_invite_or_into_a_stopped_account_is_not_mailed() {
    let (service, setup) = set_up();
    let status = || service.select("SELECT status, failure FROM delivery WHERE letter = 'invitation' ORDER BY created_at DESC, id DESC LIMIT 1").remove(0);
    waiting(&service, &setup, 1);
    setup.world.host().puts_status(&setup.rossi, "deactivated").is(200);
    service.passes(60);
    service.job_runs();
    assert_eq!(status()["status"], "queued", "it waits");
    setup.world.host().puts_status(&setup.rossi, "active").is(200);
    service.job_runs();
    assert_eq!(status()["status"], "sent");
    setup.ada.gives_role(&setup.rossi, &setup.bob_member, "admin").is(200);
    service.dies_after_answers(true);
    setup.bob.invites(&setup.rossi, "late@example.com", "standard").is(201);
    service.dies_after_answers(false);
    service.fill(&format!("UPDATE member SET expires_at = 1 WHERE id = '{}'", setup.bob_member));
    service.job_runs();
    assert_eq!((status()["status"].as_str(), status()["failure"].as_str()), (Some("failed"), Some("superseded")));
}
