//! The test e-mail shows whether the mail provider works.

use serde_json::json;

use crate::support::client::Reply;
use crate::support::people::Person;
use crate::support::world::World;

const PATH: &str = "/v1/host/test-mail";

fn asks(person: &Person) -> Reply {
    person.ask("POST", PATH).send()
}

pub fn a_host_admin_sends_themselves_a_test_email(world: &World) {
    let (host, root) = (world.host(), world.host_account());
    assert_eq!(host.gets("/v1/host").is(200).at("/mail"), json!({"provider": "webhook", "missing": []}));
    let before = world.controls().emails().len();
    let done = asks(&host).is(200);
    let emails = world.controls().emails();
    assert_eq!(emails.len(), before + 1, "one letter, which neither the answer's own round nor the job sends again");
    let mail = &emails[before];
    assert_eq!((&mail.to, mail.id == done.text("/id")), (&host.email, true));
    assert_eq!(done.at("/delivery"), json!({"status": "sent", "failure": null, "provider_id": format!("letter-{}", before + 1)}));
    let trail = host.gets(&root.at("/audit-events")).is(200).data();
    assert_eq!((&trail[0]["action"], &trail[0]["after"]), (&json!("mail.tested"), &json!({"provider": "webhook"})));
}

pub fn a_test_email_that_does_not_leave_says_why_and_leaves_later(world: &World) {
    let host = world.host();
    let before = world.controls().emails().len();
    world.controls().mail_fails(true);
    let waits = asks(&host).is(200);
    assert_eq!((waits.text("/delivery/status"), waits.at("/delivery/provider_id")), ("queued".to_owned(), json!(null)));
    assert!(!waits.text("/delivery/failure").is_empty(), "{}", waits.summary());
    world.controls().mail_fails(false);
    world.controls().job_runs();
    assert_eq!(world.controls().emails().len(), before, "not before its time");
    world.controls().passes(3_600);
    world.controls().job_runs();
    world.controls().job_runs();
    let ids: Vec<String> = world.controls().emails().split_off(before).into_iter().map(|mail| mail.id).collect();
    assert_eq!(ids, [waits.text("/id")]);
}

pub fn without_a_provider_there_is_no_test_email(world: &World) {
    let host = world.host();
    assert_eq!(host.gets("/v1/host").is(200).at("/mail"), json!({"provider": null, "missing": []}));
    asks(&host).refused(409, "mail_not_configured");
    let page = world.ask("GET", "/host/settings").cookie(&host.session()).send().is(200);
    assert!(page.body.contains("Mail is not configured") && !page.body.contains("/host/test-mail"), "{}", page.summary());
    let pressed = world.ask("POST", "/host/test-mail").cookie(&host.session()).header("sec-fetch-site", "same-origin").form(&[]).send().is(409);
    assert!(pressed.body.contains("Whoever deploys the service chooses a provider"), "{}", pressed.summary());
}

pub fn test_emails_are_few(world: &World) {
    let host = world.host();
    let before = world.controls().emails().len();
    for _ in 0..20 {
        asks(&host).is(200);
    }
    assert!(asks(&host).refused(429, "too_many_attempts").header("retry-after").parse::<u32>().is_ok());
    assert_eq!(world.controls().emails().len(), before + 20);
    world.controls().passes(15 * 60);
    asks(&host).is(200);
}

pub fn the_page_shows_what_the_provider_said(world: &World) {
    let host = world.host();
    let press = || {
        let pressed = world.ask("POST", "/host/test-mail").cookie(&host.session()).header("sec-fetch-site", "same-origin").form(&[]).send().is(303);
        let shown = pressed.header("location").split('#').next().unwrap_or_default().to_owned();
        world.ask("GET", &shown).cookie(&host.session()).send().is(200).body
    };
    let page = world.ask("GET", "/host/settings").cookie(&host.session()).send().is(200).body;
    assert!(page.contains("Letters leave by the provider webhook.") && page.contains("Send me a test letter"), "{page}");
    let sent = format!("(its id: letter-{})", world.controls().emails().len() + 1);
    assert!(press().contains(&sent));
    world.controls().mail_fails(true);
    let waits = press();
    assert!(waits.contains("No word yet that the letter left: "), "{waits}");
}
