//! Every form that changes something for a signed-in user, by route, filled in so that it succeeds.

use std::cell::Cell;

use serde_json::json;

use crate::support::people::Person;
use crate::support::world::{Account, World};

/// A form, filled in.
pub struct Form {
    /// The person who sends it.
    pub by: Person,
    /// The path it is posted to.
    pub path: String,
    /// The fields.
    pub fields: Vec<(&'static str, String)>,
}

/// POST routes of pages that need no session: they take a secret, or end something that may have ended.
pub const APART: [&str; 12] = [
    "/sign-in",
    "/sign-out",
    "/forgot-password",
    "/reset",
    "/reset/confirm",
    "/verification",
    "/invitation",
    "/invitation/accept",
    "/invitation/decline",
    "/setup",
    "/email-change",
    "/language",
];

/// Forms that change the host, which all scenarios on the wire share, or need mail.
pub const OF_HOST_AND_MAIL: [&str; 6] = [
    "/host/settings",
    "/host/test-mail",
    "/host/permissions/{permission}",
    "/me/email",
    "/me/verification",
    "/accounts/{account}/communications/{communication}/resend",
];

/// An account with its administrator, for filling in forms.
pub struct Forms<'a> {
    world: &'a World,
    ada: Person,
    rossi: Account,
    born: Cell<u32>,
}

impl<'a> Forms<'a> {
    /// Returns a new account with its administrator.
    pub fn new(world: &'a World) -> Self {
        let (ada, rossi) = world.account_of("Ada");
        Self { world, ada, rossi, born: Cell::new(0) }
    }

    fn number(&self) -> u32 {
        self.born.set(self.born.get() + 1);
        self.born.get()
    }

    fn address(&self) -> String {
        format!("form{}.{}@example.com", self.number(), self.world.tag())
    }

    fn invited(&self) -> String {
        self.ada.invites(&self.rossi, &self.address(), "standard").is(201).text("/id")
    }

    fn contact(&self) -> String {
        self.ada.posts(&self.rossi.at("/members"), &json!({"email": self.address(), "email_preferences": ["general"]})).is(201).text("/id")
    }

    fn active(&self) -> String {
        let person = self.world.joins(&self.ada, &self.rossi, &format!("Person{}", self.number()), "standard");
        self.ada.member_id(&self.rossi, &person.email)
    }

    fn pixel(&self) -> String {
        self.ada.adds_resource(&self.rossi, "pixel", &self.number().to_string()).is(201).text("/id")
    }

    fn of_ada(&self, rest: &str, fields: Vec<(&'static str, String)>) -> Form {
        Form { by: self.ada.clone(), path: format!("/accounts/{}{rest}", self.rossi.id), fields }
    }

    fn on_member(&self, member: &str, noun: &str, mut fields: Vec<(&'static str, String)>) -> Form {
        fields.push(("version", version(&self.ada, &self.rossi.at(&format!("/members/{member}")))));
        self.of_ada(&format!("/users/{member}/{noun}"), fields)
    }

    fn on_pixel(&self, rest: &str, mut fields: Vec<(&'static str, String)>) -> Form {
        let pixel = self.pixel();
        fields.push(("version", version(&self.ada, &self.rossi.at(&format!("/resources/{pixel}")))));
        self.of_ada(&format!("/resources/{pixel}{rest}"), fields)
    }

    fn on_account(&self, rest: &str, mut fields: Vec<(&'static str, String)>) -> Form {
        fields.push(("version", version(&self.ada, &self.rossi.at(""))));
        self.of_ada(&format!("/settings{rest}"), fields)
    }

    fn by_host(&self, account: &Account, rest: &str, mut fields: Vec<(&'static str, String)>) -> Form {
        let host = self.world.host();
        fields.push(("version", version(&host, &account.at(""))));
        Form { by: host, path: format!("/accounts/{}/settings{rest}", account.id), fields }
    }

    /// Returns the form of this route; `None` for a route that is not in the table.
    pub fn form(&self, route: &str) -> Option<Form> {
        let rest = route.strip_prefix("/accounts/{account}").filter(|rest| !rest.is_empty());
        match rest {
            Some(rest) if rest.starts_with("/users/{member}/") => self.about_a_person(rest),
            Some(rest) if rest.starts_with("/settings") => self.about_the_account(rest),
            Some(rest) => self.in_the_account(rest),
            None => self.elsewhere(route),
        }
    }

    fn about_a_person(&self, rest: &str) -> Option<Form> {
        Some(match rest.strip_prefix("/users/{member}/")? {
            "contact" => {
                let member = self.contact();
                let email = self.ada.sees(&self.rossi, &member).text("/email");
                self.on_member(&member, "contact", vec![("email", email), ("city", "Lecce".into())])
            }
            "email-preferences" => self.on_member(&self.contact(), "email-preferences", vec![("categories", "support".into())]),
            "access" => self.on_member(&self.contact(), "access", vec![("role", "standard".into())]),
            "access/removal" => self.on_member(&self.active(), "access/removal", vec![]),
            "suspension" => self.on_member(&self.active(), "suspension", vec![]),
            "invitation" => self.on_member(&self.invited(), "invitation", vec![]),
            "invitation/cancel" => self.on_member(&self.invited(), "invitation/cancel", vec![]),
            "password-reset" => self.on_member(&self.active(), "password-reset", vec![]),
            "revocation" => self.on_member(&self.active(), "revocation", vec![]),
            "resources" => {
                let pixel = self.pixel();
                self.on_member(&self.active(), "resources", vec![("chosen", pixel)])
            }
            _ => return None,
        })
    }

    fn about_the_account(&self, rest: &str) -> Option<Form> {
        let (host, number) = (self.world.host(), self.number());
        let managed = |name: &str| host.creates_account(&format!("{name} {number}"));
        Some(match rest.strip_prefix("/settings")? {
            "" => self.on_account("", vec![("name", format!("Rossi {number} ({})", self.world.tag()))]),
            "/profile" => self.on_account("/profile", vec![("company", format!("Rossi {number}"))]),
            "/email-preferences" => {
                let wanted = if number.is_multiple_of(2) { "support" } else { "product" };
                self.on_account("/email-preferences", vec![("categories", wanted.into())])
            }
            "/first-admin" => {
                let (pending, _) = host.creates_unmanaged_account(&format!("Pending {number}"), &self.address());
                self.by_host(&pending, "/first-admin", vec![("admin_email", self.address())])
            }
            "/delegation" => {
                let (bea, own) = self.world.account_of(&format!("Bea{number}"));
                let fields = vec![("version", version(&bea, &own.at(""))), ("delegated", "false".into())];
                Form { by: bea, path: format!("/accounts/{}/settings/delegation", own.id), fields }
            }
            "/status" => self.by_host(&managed("Stopped"), "/status", vec![("status", "deactivated".into())]),
            "/deletion" => {
                let account = managed("Deleted");
                self.by_host(&account, "/deletion", vec![("account_name", account.name.clone()), ("current_password", host.password())])
            }
            "/restoration" => {
                let account = managed("Restored");
                host.deletes(&account).is(204);
                self.by_host(&account, "/restoration", vec![])
            }
            _ => return None,
        })
    }

    fn in_the_account(&self, rest: &str) -> Option<Form> {
        let number = self.number();
        let contact = || vec![("email", self.address()), ("first_name", "Nora".to_owned())];
        Some(match rest {
            "/users" if number.is_multiple_of(2) => self.of_ada("/users", contact()),
            "/users" => self.of_ada("/users", [contact(), vec![("sub_account", "on".into()), ("role", "view_only".into())]].concat()),
            "/users/import" => {
                let members = format!("email,first_name\n{},Mara\n{},Dino\n", self.address(), self.address());
                self.of_ada("/users/import", vec![("members", members), ("invite", "standard".into()), ("offset", "0".into())])
            }
            "/resources" => self.of_ada(
                "/resources",
                vec![("kind", "app".into()), ("external_id", format!("app {number}")), ("name", "App".into()), ("settings", "{}".into())],
            ),
            "/resources/{resource}" => self.on_pixel("", vec![("name", format!("Pixel {number}"))]),
            "/resources/{resource}/members" => {
                let member = self.active();
                self.on_pixel("/members", vec![("chosen", member)])
            }
            "/resources/{resource}/removal" => self.on_pixel("/removal", vec![]),
            "/communications" => {
                self.contact();
                self.of_ada("/communications", vec![("category", "general".into()), ("subject", format!("News {number}")), ("text", "Text.".into())])
            }
            "/communications/{communication}/resend" => {
                self.contact();
                let id = self.ada.sends(&self.rossi, "general", "Again").is(201).text("/id");
                self.world.controls().fill(&format!("UPDATE delivery SET status = 'failed' WHERE communication_id = '{id}'"));
                self.of_ada(&format!("/communications/{id}/resend"), vec![("version", "0".into())])
            }
            _ => return None,
        })
    }

    fn elsewhere(&self, route: &str) -> Option<Form> {
        let (host, number) = (self.world.host(), self.number());
        let ada = |path: &str, fields| Form { by: self.ada.clone(), path: path.to_owned(), fields };
        let by_host = |path: &str, fields| Form { by: host.clone(), path: path.to_owned(), fields };
        Some(match route {
            "/accounts" => {
                let managed = if number.is_multiple_of(2) { "true" } else { "false" };
                let name = format!("New {number} ({})", self.world.tag());
                by_host("/accounts", vec![("name", name), ("managed", managed.into()), ("admin_email", self.address())])
            }
            "/host/settings" => by_host(
                "/host/settings",
                vec![
                    ("version", version(&host, "/v1/host")),
                    ("name", format!("Portico {number}")),
                    ("language", "en".into()),
                    ("invitation_hours", "24".into()),
                    ("reset_minutes", "60".into()),
                ],
            ),
            "/host/test-mail" => by_host("/host/test-mail", vec![]),
            "/host/permissions/{permission}" => {
                let catalogue = host.gets("/v1/permissions").is(200).data();
                let version = catalogue.iter().find(|entry| entry["key"] == "orders.place").expect("orders.place")["version"].to_string();
                by_host(
                    "/host/permissions/orders.place",
                    vec![("version", version), ("title_en", format!("Order {number}")), ("title_it", String::new()), ("enabled", "true".into())],
                )
            }
            "/me" => ada(
                "/me",
                vec![
                    ("version", version(&self.ada, "/v1/me")),
                    ("first_name", format!("Ada{number}")),
                    ("last_name", "Neri".into()),
                    ("language", "it".into()),
                ],
            ),
            "/me/password" => {
                let new = format!("another long secret {number}");
                let form = vec![("current_password", self.ada.password()), ("new_password", new.clone()), ("new_password_again", new.clone())];
                self.ada.remembers(&new);
                ada("/me/password", form)
            }
            "/me/email" => ada("/me/email", vec![("new_email", self.address()), ("email_password", self.ada.password())]),
            "/me/verification" => {
                self.world.controls().fill("UPDATE user SET email_verified_at = NULL");
                ada("/me/verification", vec![])
            }
            "/me/sessions/end-others" => {
                self.ada.at_another_device().signs_in().is(201);
                ada("/me/sessions/end-others", vec![])
            }
            "/me/sessions/{session}/end" => {
                self.ada.at_another_device().signs_in().is(201);
                let sessions = self.ada.gets("/v1/me/sessions").is(200).data();
                let other = sessions.iter().find(|session| session["current"] == false).expect("another session");
                ada(&format!("/me/sessions/{}/end", other["id"].as_str().expect("an id")), vec![])
            }
            "/me/accounts/{account}/leave" => {
                let person = self.world.joins(&self.ada, &self.rossi, &format!("Leaver{number}"), "standard");
                Form { path: format!("/me/accounts/{}/leave", self.rossi.id), by: person, fields: vec![] }
            }
            _ => return None,
        })
    }

    /// Returns the number of changes so far that this form makes: lines of the audit log, or the changed things when no reader here sees the log.
    pub fn changes(&self, form: &Form) -> usize {
        if self.world.is_in_process() {
            // A test e-mail changes nothing and has no audit line.
            let sql = if form.path == "/me/verification" { "SELECT id FROM delivery" } else { "SELECT id FROM audit_event" };
            return self.world.controls().select(sql).len();
        }
        if form.path.starts_with("/me") && !form.path.ends_with("/leave") {
            let version: usize = version(&form.by, "/v1/me").parse().expect("a version");
            // Each ended session is a change.
            let sessions = || form.by.gets("/v1/me/sessions").is(200).data().len();
            return if form.path.contains("/sessions/") { MANY_SESSIONS - sessions() } else { version };
        }
        let id = form.path.split('/').nth(2).filter(|id| id.len() == 36).unwrap_or(&self.rossi.id).to_owned();
        if form.path == "/accounts" {
            let name = &form.fields[0].1;
            return form.by.gets(&format!("/v1/accounts?search={}", crate::support::world::percent(name))).is(200).data().len();
        }
        let account = Account { id, name: String::new() };
        if let Some(page) = form.path.strip_suffix("/first-admin") {
            // Of a pending account the host can read the invited first administrator.
            let named = form.fields.iter().find(|(name, _)| *name == "admin_email").expect("an address");
            return usize::from(form.by.opens(page).is(200).body.contains(&format!("value=\"{}\"", named.1)));
        }
        if ["/settings/deletion", "/settings/restoration"].iter().any(|end| form.path.ends_with(end)) {
            // Nobody can read the audit log of a deleted account.
            return version(&form.by, &account.at("")).parse().expect("a version");
        }
        lines(if account.id == self.rossi.id { &self.ada } else { &form.by }, &account.at("/audit-events?limit=100"))
    }
}

/// More sessions than any person here has.
const MANY_SESSIONS: usize = 1_000;

/// Returns the number of items of a list, over all its pages.
fn lines(person: &Person, list: &str) -> usize {
    let (mut count, mut at) = (0, list.to_owned());
    loop {
        let page = person.gets(&at).is(200);
        count += page.data().len();
        match page.at("/next_cursor").as_str() {
            Some(cursor) => at = format!("{list}&cursor={cursor}"),
            None => return count,
        }
    }
}

fn version(person: &Person, of: &str) -> String {
    person.version(of).trim_matches(['"', 'v']).to_owned()
}
