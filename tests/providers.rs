//! Each provider over a real socket: what it is sent, and what every answer means. `cargo test --test providers`.
//!
//! The provider is a listener on loopback that answers, fails, hangs or hangs up; the requests are compared with `golden/mail.txt`.

#![expect(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test that fails says so by panicking")]

#[path = "support/provider.rs"]
mod provider;

use std::fmt::Write as _;
use std::future::Future as _;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use portineria::core::ports::{Mail, MailFailure, Mailer as _, Sent};
use portineria::messages::mail::provider::{Carrier, Choice, chosen, thrown};
use provider::{Behavior, Provider, TcpMailer};

/// Those that speak HTTP.
const OVER_HTTP: [&str; 5] = ["resend", "postmark", "mailgun", "brevo", "webhook"];
const TOKEN: &str = "key-6ab4c0";
const LINK_TOKEN: &str = "Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmF";

/// The carrier of these variables.
fn carrier(variables: &[(&str, &str)]) -> Carrier {
    match chosen(&|name| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())) {
        Choice::By(carrier) => carrier,
        other => panic!("{other:?}"),
    }
}

fn lacking(variables: &[(&str, &str)]) -> (String, Vec<&'static str>) {
    match chosen(&|name| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())) {
        Choice::Lacking { provider, missing } => (provider, missing),
        other => panic!("{other:?}"),
    }
}

fn at(name: &str, url: &str) -> Carrier {
    carrier(&[
        ("MAIL_PROVIDER", name),
        ("MAIL_URL", url),
        ("MAIL_TOKEN", TOKEN),
        ("MAIL_FROM", "Portineria <no-reply@host.example>"),
        ("EMAIL", "binding"),
        ("MAIL", "binding"),
    ])
}

fn mail() -> Mail {
    Mail {
        id: "0199aaaa-0000-7000-8000-000000000001".into(),
        to: "anna+a&b@ferri.example".into(),
        from: None,
        subject: "Invito in \u{ab}Caff\u{e8} & \"Figli\"\u{bb}".into(),
        text: format!("Ciao,\n\nhttps://p.example/invitation#{LINK_TOKEN}"),
        html: "<p>100% $token & caff\u{e8}</p>".into(),
    }
}

fn sends(carrier: Carrier) -> Result<Sent, MailFailure> {
    let mailer = TcpMailer::by(carrier);
    let sending = pin!(mailer.send(mail()));
    match sending.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        Poll::Pending => panic!("a socket that does not block"),
    }
}

/// What comes of an e-mail when the provider meets it in this manner.
fn outcome_of(name: &str, behavior: Behavior) -> Result<Sent, MailFailure> {
    sends(at(name, &Provider::that([behavior]).url()))
}

fn answers(status: u16, headers: &[(&'static str, &str)], body: &str) -> Behavior {
    Behavior::Answers(status, headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect(), body.into())
}

fn sent(id: &str) -> Sent {
    Sent { provider_id: Some(id.into()) }
}

fn later(reason: &str, after_ms: Option<i64>) -> Result<Sent, MailFailure> {
    Err(MailFailure::Later { reason: reason.into(), after_ms })
}

fn refused(reason: &str) -> Result<Sent, MailFailure> {
    Err(MailFailure::Refused(reason.into()))
}

#[test]
fn each_provider_is_sent_the_request_it_documents() {
    let mut text = String::from("# One letter, as each provider is sent it. `UPDATE_GOLDEN=1 cargo test --test providers` rewrites it.\n");
    for name in OVER_HTTP {
        let provider = Provider::that([answers(200, &[], "{}")]);
        sends(at(name, &provider.url())).expect("sent");
        let received = provider.received();
        assert_eq!(received.len(), 1, "{name}");
        let request = &received[0];
        write!(text, "\n## {name}\n{}\n", request.line).expect("text");
        for (header, value) in &request.headers {
            if !["host", "content-length", "accept-encoding"].contains(&header.as_str()) {
                writeln!(text, "{header}: {value}").expect("text");
            }
        }
        writeln!(text, "\n{}", request.body).expect("text");
    }
    for name in ["service", "cloudflare"] {
        let request = at(name, "").request(&mail());
        writeln!(text, "\n## {name}\n{:?}\nPOST {}\n{:?}\n\n{}", at(name, "").provider.transport, request.url, request.headers, request.body).expect("text");
        assert!(serde_json::from_str::<serde_json::Value>(&request.body).is_ok_and(|body| body["html"] == mail().html), "{name}");
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/mail.txt");
    if std::env::var("UPDATE_GOLDEN").is_ok() {
        std::fs::write(path, &text).expect("the golden file");
    }
    assert_eq!(std::fs::read_to_string(path).unwrap_or_default(), text, "UPDATE_GOLDEN=1 rewrites it");
}

#[test]
fn without_an_address_of_ones_own_emails_go_to_the_providers() {
    for (name, url) in [
        ("resend", "https://api.resend.com/emails"),
        ("postmark", "https://api.postmarkapp.com/email"),
        ("mailgun", "https://api.mailgun.net/v3/host.example/messages"),
        ("brevo", "https://api.brevo.com/v3/smtp/email"),
        ("service", "https://mail/send"),
    ] {
        assert_eq!(at(name, "").request(&mail()).url, url);
    }
    let elsewhere = carrier(&[
        ("MAIL_PROVIDER", "mailgun"),
        ("MAIL_URL", "https://api.eu.mailgun.net/"),
        ("MAIL_TOKEN", TOKEN),
        ("MAIL_FROM", "a@host.example"),
        ("MAIL_DOMAIN", "mg.host.example"),
    ]);
    assert_eq!(elsewhere.request(&mail()).url, "https://api.eu.mailgun.net/v3/mg.host.example/messages");
}

#[test]
fn a_letter_to_one_of_many_has_a_message_id_that_mailboxes_read() {
    let body = at("mailgun", "").request(&Mail { id: "0199:0200".into(), ..mail() }).body;
    let brevo = at("brevo", "").request(&Mail { id: "0199:0200".into(), ..mail() }).body;
    let key = brevo.split("\"idempotencyKey\":\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a key");
    assert!(key.len() == 36 && key.matches('-').count() == 4, "a UUID: {key}");
    assert_eq!(brevo, at("brevo", "").request(&Mail { id: "0199:0200".into(), ..mail() }).body);
    assert!(body.ends_with("&h%3AMessage-Id=%3C0199%2E0200%40host%2Eexample%3E"), "{body}");
}

#[test]
fn an_email_that_was_taken_has_the_providers_id() {
    for (name, body) in [
        ("resend", r#"{"id":"4711"}"#),
        ("postmark", r#"{"To":"a","MessageID":"4711","ErrorCode":0,"Message":"OK"}"#),
        ("mailgun", r#"{"id":"4711","message":"Queued. Thank you."}"#),
        ("brevo", r#"{"messageId":"4711"}"#),
        ("webhook", r#"{"id":"4711"}"#),
    ] {
        for status in [200, 201, 202] {
            assert_eq!(outcome_of(name, answers(status, &[], body)), Ok(sent("4711")), "{name} {status}");
        }
        assert_eq!(outcome_of(name, answers(202, &[], "")), Ok(Sent { provider_id: None }), "{name}");
        assert_eq!(outcome_of(name, Behavior::BreaksOff(200)), Ok(Sent { provider_id: None }), "{name}: the status says it was taken");
    }
}

#[test]
fn an_email_that_was_refused_says_why_and_is_not_tried_again() {
    for (name, body) in [
        ("resend", r#"{"statusCode":422,"name":"validation_error","message":"The domain is not verified."}"#),
        ("postmark", r#"{"ErrorCode":300,"Message":"The domain is not verified."}"#),
        ("mailgun", r#"{"message":"The domain is not verified."}"#),
        ("brevo", r#"{"code":"invalid_parameter","message":"The domain is not verified."}"#),
        ("webhook", r#"{"message":"The domain\r\nis not\tverified."}"#),
    ] {
        for status in [400, 413, 422] {
            assert_eq!(outcome_of(name, answers(status, &[], body)), refused(&format!("{status} The domain is not verified.")), "{name}");
        }
        // What whoever deploys can mend is no e-mail's fault.
        for status in [401, 402, 403, 404] {
            assert_eq!(outcome_of(name, answers(status, &[], body)), later(&format!("{status} The domain is not verified."), None), "{name}");
        }
        assert_eq!(outcome_of(name, answers(400, &[], "<html>Bad request</html>")), refused("400"), "{name}");
    }
}

#[test]
fn a_busy_provider_says_when_to_come_back() {
    const DATED: &[(&str, &str)] = &[("Date", "Thu, 26 Nov 2026 10:00:00 GMT"), ("Retry-After", "Thu, 26 Nov 2026 10:02:30 GMT")];
    const PAST: &[(&str, &str)] = &[("Date", "Thu, 26 Nov 2026 10:00:00 GMT"), ("Retry-After", "Wed, 25 Nov 2026 10:00:00 GMT")];
    for name in OVER_HTTP {
        for status in [408, 409, 425, 500, 502, 503, 504] {
            let reason = status.to_string();
            assert_eq!(outcome_of(name, answers(status, &[], "{}")), later(&reason, None), "{name}");
            assert_eq!(outcome_of(name, answers(status, &[("Retry-After", "120")], "{}")), later(&reason, Some(120_000)), "{name}");
        }
        assert_eq!(outcome_of(name, answers(429, DATED, "")), later("429", Some(150_000)), "{name}");
        assert_eq!(outcome_of(name, answers(503, PAST, "")), later("503", Some(0)), "{name}");
        assert_eq!(outcome_of(name, answers(429, &[("Retry-After", "soon")], "")), later("429", Some(60_000)), "{name}");
        assert_eq!(
            outcome_of(name, answers(429, &[("Retry-After", "Thu, 26 Nov 2026 10:02:30 GMT")], "")),
            later("429", Some(60_000)),
            "an instant without a Date"
        );
    }
}

#[test]
fn a_redirect_is_not_followed() {
    let elsewhere = Provider::that([answers(200, &[], "{}")]);
    for status in [301, 302, 307, 308] {
        let provider = Provider::that([answers(status, &[("location", &elsewhere.url())], "")]);
        assert_eq!(sends(at("webhook", &provider.url())), later(&status.to_string(), None));
    }
    assert!(elsewhere.received().is_empty());
}

#[test]
fn every_provider_is_sent_domains_as_the_dns_spells_them() {
    let spelled = |text: &str| [text.to_owned(), percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()];
    for (to, sent) in [
        ("anna@b\u{fc}cher.example", "anna@xn--bcher-kva.example"),
        ("anna@B\u{fc}cher.Example", "anna@xn--bcher-kva.example"),
        ("anna@\u{43f}\u{440}\u{438}\u{43c}\u{435}\u{440}.\u{440}\u{444}", "anna@xn--e1afmkfd.xn--p1ai"),
        ("anna@xn--bcher-kva.example", "anna@xn--bcher-kva.example"),
        ("Anna@Ferri.example", "Anna@ferri.example"),
        // Before the `@` there is no other spelling: who cannot send to it says so.
        ("citt\u{e0}@ferri.example", "citt\u{e0}@ferri.example"),
    ] {
        for name in OVER_HTTP.into_iter().chain(["service", "cloudflare"]) {
            let variables = [
                ("MAIL_PROVIDER", name),
                ("MAIL_URL", "https://mail.example"),
                ("MAIL_TOKEN", TOKEN),
                ("MAIL_FROM", "L\u{2019}H\u{f4}te <no-reply@h\u{f4}te.example>"),
                ("MAIL_DOMAIN", "h\u{f4}te.example"),
                ("EMAIL", "binding"),
                ("MAIL", "binding"),
            ];
            let request = carrier(&variables).request(&Mail { to: to.into(), ..mail() });
            let whole = format!("{} {}", request.url, request.body);
            for expected in [sent, "no-reply@xn--hte-kna.example"] {
                assert!(spelled(expected).iter().any(|text| whole.contains(text.as_str())), "{name}: {expected} in {whole}");
            }
            assert!(!spelled("h\u{f4}te.example").iter().any(|text| whole.contains(text.as_str())), "{name}: {whole}");
            assert!(spelled("L\u{2019}H\u{f4}te").iter().any(|text| whole.contains(text.as_str())), "{name}: {whole}");
        }
    }
}

#[test]
fn whether_an_email_left_is_unknown_when_no_answer_came() {
    for name in OVER_HTTP {
        let unknown = Err(MailFailure::Unknown(format!("{name} did not answer")));
        for behavior in [Behavior::Hangs, Behavior::DropsRead, Behavior::DropsUnread] {
            assert_eq!(outcome_of(name, behavior), unknown);
        }
        assert_eq!(outcome_of(name, Behavior::BreaksOff(500)), later("500", None), "the status says it was not taken");
    }
}

#[test]
fn a_provider_that_is_not_there_surely_took_nothing() {
    let gone = std::net::TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr()).expect("a free port");
    assert_eq!(sends(at("resend", &format!("http://{gone}"))), later("resend cannot be reached", None));
}

#[test]
fn an_endless_answer_is_read_to_a_limit() {
    let endless = format!(r#"{{"id":"{}"}}"#, "x".repeat(1_000_000));
    assert_eq!(outcome_of("webhook", answers(200, &[], &endless)), Ok(Sent { provider_id: None }));
    let wordy = format!(r#"{{"message":"{}"}}"#, "no ".repeat(5_000));
    assert!(
        matches!(outcome_of("webhook", answers(400, &[], &wordy)), Err(MailFailure::Refused(reason)) if reason.len() <= 200 && reason.starts_with("400 no no"))
    );
}

#[test]
fn a_reason_tells_no_secret_even_when_the_provider_repeats_it() {
    for name in OVER_HTTP {
        for status in [401, 429, 500] {
            let provider = Provider::that([Behavior::Echoes(status)]);
            let failure = format!("{:?}", sends(at(name, &provider.url())));
            let received = &provider.received()[0];
            let basic = received.header("authorization").strip_prefix("Basic ").unwrap_or(TOKEN).to_owned();
            assert!(format!("{received:?}").contains(&basic), "{name}: it was sent");
            for secret in [TOKEN, &basic, LINK_TOKEN] {
                assert!(!failure.contains(secret), "{name} {status}: {failure}");
            }
            assert!(failure.contains("bad credentials"), "{failure}");
        }
        assert!(!format!("{:?}", at(name, "https://x.example")).contains(TOKEN));
    }
}

#[test]
fn what_the_binding_throws_is_read_like_an_answer() {
    let said = |code: &str| thrown(code, "says the service").map(|answer| at("cloudflare", "").read(&answer));
    assert_eq!(said("E_SENDER_NOT_VERIFIED"), Some(later("403 E_SENDER_NOT_VERIFIED says the service", None)));
    assert_eq!(said("E_RECIPIENT_SUPPRESSED"), Some(refused("422 E_RECIPIENT_SUPPRESSED says the service")));
    assert_eq!(said("E_RATE_LIMIT_EXCEEDED"), Some(later("429 E_RATE_LIMIT_EXCEEDED says the service", Some(60_000))));
    assert_eq!(said("E_DELIVERY_FAILED"), Some(later("503 E_DELIVERY_FAILED says the service", None)));
    assert_eq!(said(""), None);
    assert_eq!(said("ECONNRESET"), None);
}

#[test]
fn what_is_missing_is_named() {
    assert!(matches!(chosen(&|_| None), Choice::None));
    assert!(matches!(chosen(&|name| (name == "MAIL_PROVIDER").then(|| " none ".into())), Choice::None));
    assert_eq!(lacking(&[("MAIL_PROVIDER", "sendmail")]), ("sendmail".into(), vec!["MAIL_PROVIDER"]));
    assert_eq!(lacking(&[("MAIL_PROVIDER", "resend")]).1, ["MAIL_FROM", "MAIL_TOKEN"]);
    assert_eq!(lacking(&[("MAIL_PROVIDER", "webhook"), ("MAIL_FROM", "nobody")]).1, ["MAIL_FROM", "MAIL_URL"]);
    assert_eq!(lacking(&[("MAIL_PROVIDER", "cloudflare"), ("MAIL_FROM", "a@b.example")]).1, ["EMAIL"]);
    assert_eq!(lacking(&[("MAIL_PROVIDER", "service"), ("MAIL_FROM", "a@b.example")]).1, ["MAIL"]);
    for url in ["http://mail.example/hook", "http://127.0.0.1.mail.example", "http://localhost.example:1", "ftp://mail.example", "mail.example"] {
        let missing = lacking(&[("MAIL_PROVIDER", "webhook"), ("MAIL_FROM", "a@b.example"), ("MAIL_URL", url)]).1;
        assert_eq!(missing, ["MAIL_URL"], "letters leave encrypted: {url}");
    }
}
