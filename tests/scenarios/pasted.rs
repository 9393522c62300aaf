//! Links as people paste them: wrapped by mail programs and filters, broken over lines, with signs around them, cut off, or of another page.

use serde_json::json;

use super::traps::{compare, outcome};
use crate::support::client::Reply;
use crate::support::invariants::figure;
use crate::support::world::{World, percent};

const WHOLE: &str = "200";
const INCOMPLETE: &str = "410 link_not_valid /token link_incomplete";
const NO_LINK: &str = "410 link_not_valid /token not_a_link";
const RESET: &str = "410 link_not_valid /token link_of_reset";

/// What is pasted for an invitation, and the answer. `LINK` is the link, `CODE` its code, in the halves `CO` and `DE`; `HOST` is the address of the
/// service. `P(…)` is percent-encoded, `V2(…)` as Proofpoint's second version writes it, `B64(…)` in base64.
const LINKS: [(&str, &str); 68] = [
    ("LINK", WHOLE),
    ("  LINK\r\n", WHOLE),
    ("<LINK>", WHOLE),
    ("\"LINK\"", WHOLE),
    ("«LINK»", WHOLE),
    ("LINK.", WHOLE),
    ("LINK,", WHOLE),
    ("LINK)", WHOLE),
    ("LINK>.", WHOLE),
    ("LINK!", WHOLE),
    ("(LINK)", WHOLE),
    ("[accept](LINK)", WHOLE),
    ("_LINK_", WHOLE),
    ("**LINK**", WHOLE),
    ("Here is your link: LINK Best regards, Ada", WHOLE),
    ("Here is your link:\nLINK\nBest regards\nAda", WHOLE),
    ("> LINK\n> Ada", WHOLE),
    ("HOST/invitation#CO\r\nDE", WHOLE),
    ("HOST/invitation#CO DE", WHOLE),
    ("HOST/invitation#CO\r\n  DE\r\nBest regards", WHOLE),
    ("> HOST/invitation#CO\n> DE\n> Ada", WHOLE),
    ("HOST/invitation#CO=\r\nDE", WHOLE),
    ("HOST/invitation#CO= DE", WHOLE),
    ("HOST/invita\r\ntion#CODE", WHOLE),
    ("HOST/invitation=\r\n#CODE", WHOLE),
    ("HOST/invitation=23CODE", WHOLE),
    ("HOST/invitation#CO\u{ad}DE", WHOLE),
    ("HOST/invitation#\u{200b}CODE\u{feff}", WHOLE),
    ("HOST/invitation/#CODE", WHOLE),
    ("HOST/invitation?utm_source=mail&mc_eid=1#CODE", WHOLE),
    ("HOST/invitation%23CODE", WHOLE),
    ("HOST/invitation/CODE", WHOLE),
    ("CODE", WHOLE),
    (" CODE\n", WHOLE),
    ("#CODE", WHOLE),
    ("CO\r\nDE", WHOLE),
    ("The code is: CODE.", WHOLE),
    (
        "https://eur03.safelinks.protection.outlook.com/?url=P(LINK)&data=05%7C02%7Cbob%40example.com%7C0&sdata=QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY%3D&reserved=0",
        WHOLE,
    ),
    ("https://eur03.safelinks.protection.outlook.com/?url=P(HOST/invitation#CO)\r\nDE&data=05&reserved=0", WHOLE),
    ("https://eur03.safelinks.protection.outlook.com/?url=3DP(LINK)&data=3D05%7C02=\r\n%7Cbob&reserved=3D0", WHOLE),
    ("https://statics.teams.cdn.office.net/evergreen-assets/safelinks/1/atp-safelinks.html?url=P(P(LINK))&locale=en-us", WHOLE),
    ("https://eur03.safelinks.protection.outlook.com/?url=P(https://www.google.com/url?q=P(LINK)&sa=D)&data=05", WHOLE),
    ("https://www.google.com/url?q=P(LINK)&sa=D&source=editors&ust=1700000000&usg=AOvVaw0", WHOLE),
    ("https://www.google.com/url?q=LINK", WHOLE),
    ("https://urldefense.proofpoint.com/v1/url?u=P(LINK)&k=abc%0A", WHOLE),
    ("https://urldefense.proofpoint.com/v2/url?u=V2(LINK)&d=DwMFaQ&c=euGZstcaTDllvimEN8b7jXrwqOf-v5A_CdpgnVfiiMM&r=x", WHOLE),
    ("https://urldefense.com/v3/__HOST/invitation*CODE__;Iw!!ABc-dE_f!gHiJ$", WHOLE),
    ("https://linkprotect.cudasvc.com/url?a=P(LINK)&c=E,1,abc&typo=1", WHOLE),
    ("https://secure-web.cisco.com/1abcDEF_ghi/P(LINK)", WHOLE),
    ("https://eu-west-1.protection.sophos.com/?d=example&u=B64(LINK)&i=NWY&h=abc", WHOLE),
    ("LINK LINK", WHOLE),
    ("HOST/reset#CODE or LINK", WHOLE),
    ("", INCOMPLETE),
    ("HOST/invitation", INCOMPLETE),
    ("HOST/invitation#", INCOMPLETE),
    ("HOST/invitation#CO", INCOMPLETE),
    ("HOST/invitation#CO… and more", INCOMPLETE),
    ("HOST/invitation#CODEx", INCOMPLETE),
    ("#CO", INCOMPLETE),
    ("CO", INCOMPLETE),
    ("xCODE", INCOMPLETE),
    ("https://eur03.safelinks.protection.outlook.com/?url=P(HOST/invitation#CO)", INCOMPLETE),
    ("HOST/accounts", NO_LINK),
    ("https://protect-eu.mimecast.com/s/AbCdEfGh1JkL2?domain=example.com", NO_LINK),
    ("https://www.example.com/?sdata=CODE", NO_LINK),
    ("I have no link", NO_LINK),
    ("bob@example.com", NO_LINK),
    ("HOST/reset#CODE", RESET),
];

/// Replaces `NAME(…)` by what `encode` makes of its content, the innermost first.
fn encoded(text: &str, name: &str, encode: impl Fn(&str) -> String) -> String {
    let mut text = text.to_owned();
    while let Some(start) = text.rfind(&format!("{name}(")) {
        let (before, rest) = text.split_at(start);
        let (inner, after) = rest.trim_start_matches(name).trim_start_matches('(').split_once(')').expect("a closing parenthesis");
        text = format!("{before}{}{after}", encode(inner));
    }
    text
}

/// Returns the text with everything in its place.
fn pasted(text: &str, host: &str, code: &str) -> String {
    let (first, second) = code.split_at(20);
    // A code may hold the letters of a placeholder, so all placeholders go before it comes.
    let placeholders = [("LINK", "HOST/invitation#CODE"), ("HOST", "\u{1}"), ("CODE", "\u{2}"), ("CO", "\u{3}"), ("DE", "\u{4}")];
    let text = placeholders.iter().fold(text.to_owned(), |text, (word, sign)| text.replace(word, sign));
    let text = text.replace('\u{1}', host).replace('\u{2}', code).replace('\u{3}', first).replace('\u{4}', second);
    let text = encoded(&text, "V2", |inner| percent(inner).replace('-', "-2D").replace('_', "-5F").replace("%2F", "_").replace('%', "-"));
    let text = encoded(&text, "B64", |inner| portineria::core::secret::encoded(inner.as_bytes()));
    encoded(&text, "P", percent)
}

fn previews(world: &World, token: &str) -> Reply {
    world.ask("POST", "/v1/invitations/preview").json(&json!({"token": token})).send()
}

/// Returns the parts of a link: the address of the service and the code.
fn parts(link: &str) -> (String, String) {
    let (host, code) = link.split_once("/invitation#").expect("an invitation link");
    (host.to_owned(), code.to_owned())
}

pub fn a_link_is_found_in_what_people_paste(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let (host, code) = parts(&ada.invites(&rossi, &world.someone("Bob").email, "standard").is(201).text("/invitation/link"));
    compare(&LINKS, |text| outcome(&previews(world, &pasted(text, &host, &code))));
    // The code is found for accepting too.
    let bob = world.someone("Bob");
    let body = json!({"token": format!("<{host}/invitation#{code}>."), "first_name": "Bob", "last_name": "Neri", "password": bob.password()});
    let accepted = world.ask("POST", "/v1/invitations/accept").json(&body).send().is(201);
    world.keeps_secret(&accepted.text("/session_token"));
}

pub fn what_is_no_link_of_ours_costs_no_trip(world: &World) {
    world.host();
    let whole = "A".repeat(43);
    let body = |token: &str| json!({"token": token});
    let new = |token: &str| json!({"token": token, "new_password": "gondola ferries twelve onions"});
    let accept = |token: &str| json!({"token": token, "first_name": "Bob", "last_name": "Neri", "password": "gondola ferries twelve onions"});
    for (path, of) in [
        ("/v1/invitations/preview", &body as &dyn Fn(&str) -> serde_json::Value),
        ("/v1/invitations/accept", &accept),
        ("/v1/invitations/decline", &body),
        ("/v1/password-resets/preview", &body),
        ("/v1/password-resets/confirm", &new),
        ("/v1/email-changes/confirm", &body),
        ("/v1/email-verifications/confirm", &body),
    ] {
        let asks = |token: &str| world.ask("POST", path).header("accept-language", "en").json(&of(token)).send().refused(410, "link_not_valid");
        let partial = asks("Zx_1-l");
        assert_eq!(figure(partial.header("server-timing"), "trips"), Some(0), "{}", partial.summary());
        assert!(partial.text("/detail").starts_with("Paste the whole link"), "{}", partial.summary());
        // A whole code that is of no link was used, replaced or withdrawn.
        let unknown = asks(&whole);
        assert!(unknown.at("/errors").is_null() && unknown.text("/detail").starts_with("It was used"), "{}", unknown.summary());
    }
}

pub fn a_pasted_link_opens_its_page_or_says_what_is_wrong_with_it(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.someone("Bob");
    // The page of the preview holds the code, so it is not kept as a secret here.
    let made = ada.posts(&rossi.at("/members"), &json!({"email": bob.email, "access": {"role": "standard"}}));
    let (host, code) = parts(&made.is(201).text("/invitation/link"));
    let posts = |path: &str, language: &str, text: &str| {
        let builder = world.ask("POST", path).header("sec-fetch-site", "same-origin").header("accept-language", language);
        builder.form(&[("token", &pasted(text, &host, &code))]).send()
    };
    let preview = posts("/invitation", "en", "https://eur03.safelinks.protection.outlook.com/?url=P(LINK)&data=05&sdata=x").is(200);
    assert!(preview.body.contains(&bob.email) && preview.body.contains(&format!("value=\"{code}\"")), "{}", preview.summary());
    for path in ["/invitation", "/reset", "/verification", "/email-change"] {
        let page = posts(path, "en", "HOST/invitation#CO").is(410);
        assert!(page.body.contains("Paste the whole link, up to its last character"), "{}", page.summary());
        // What was pasted stays in the field.
        assert!(page.body.contains("id=\"token\"") && page.body.contains(&code[..20]), "{}", page.summary());
        let page = posts(path, "it", "HOST/invitation#CO").is(410);
        assert!(page.body.contains("Incolla il link intero, fino all’ultimo carattere"), "{}", page.summary());
        let page = posts(path, "it", "https://protect-eu.mimecast.com/s/AbCdEfGh1JkL2?domain=example.com").is(410);
        assert!(page.body.contains("Se il programma di posta lo ha sostituito con uno suo"), "{}", page.summary());
    }
    let used = posts("/reset", "en", &"A".repeat(43)).is(410);
    assert!(used.body.contains("It was used, replaced or withdrawn."), "{}", used.summary());
}

/// The page a link is pasted on, the page it is of, and the title that says so.
const ELSEWHERE: [(&str, &str, &str); 6] = [
    ("/reset", "/invitation", "This link is an invitation"),
    ("/invitation", "/reset", "This link resets a password"),
    ("/verification", "/reset", "This link resets a password"),
    ("/email-change", "/verification", "This link confirms your address"),
    ("/invitation", "/email-change", "This link confirms a new address"),
    ("/reset", "/setup", "This link sets the service up"),
];

pub fn a_link_of_each_kind_is_told_where_it_belongs(world: &World) {
    world.host();
    let posts = |path: &str, fields: &[(&str, &str)]| {
        world.ask("POST", path).header("sec-fetch-site", "same-origin").header("accept-language", "en").form(fields).send()
    };
    for (pasted_on, of, title) in ELSEWHERE {
        let link = format!("https://www.google.com/url?q={}&sa=D", percent(&format!("https://p.example{of}#{}", "A".repeat(43))));
        let page = posts(pasted_on, &[("token", &link)]).is(410);
        assert!(page.body.contains(title) && page.body.contains(&format!("href=\"{of}\"")), "{of} on {pasted_on}: {}", page.summary());
    }
    let setup = posts("/setup", &[("token", &format!("https://p.example/invitation#{}", "A".repeat(43))), ("host_name", "Nuvola")]).is(410);
    assert!(setup.body.contains("paste it on the page of invitations") && setup.body.contains("value=\"Nuvola\""), "{}", setup.summary());
}
