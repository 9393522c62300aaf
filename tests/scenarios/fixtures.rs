//! The fixtures of the permission table: two accounts, every kind of visitor, and a target for each request.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use portineria::core::timestamp::{self, Instant};

use crate::support::client::Reply;
use crate::support::people::Person;
use crate::support::world::{Account, RequestBuilder, World};

/// An id that does not exist.
const NOTHING: &str = "01990000-0000-7000-8000-000000000000";

/// Two accounts, all visitors, and the targets of their requests.
pub struct Fixtures<'a> {
    world: &'a World,
    /// An account that delegates, with its admin, and one that does not.
    managed: (Person, Account),
    unmanaged: (Person, Account),
    setup: BTreeMap<&'static str, Person>,
    targets: BTreeMap<String, String>,
    /// The account of the current request, with an admin who prepares the target.
    here: (Person, Account),
    is_managed: bool,
    /// A row of the permission matrix that is removed during the request: via, role, permission.
    pub without: Option<[String; 3]>,
    /// The body and the version of a PATCH that replace the usual ones.
    pub patch: Option<(Json, &'static str)>,
    /// Whether the database's reply is lost during the request, and how many were lost in the last request.
    pub loses: bool,
    pub lost: u64,
    /// Accounts that were deactivated or deleted.
    closed: BTreeMap<&'static str, Account>,
    /// An account that sends a communication to every reader of their own history.
    writer: Option<(Person, Account)>,
    born: u32,
}

impl<'a> Fixtures<'a> {
    /// Returns two accounts with their first admins.
    pub fn new(world: &'a World) -> Self {
        let managed = world.account_of("Ada");
        Self {
            world,
            here: managed.clone(),
            is_managed: true,
            without: None,
            patch: None,
            loses: false,
            lost: 0,
            managed,
            unmanaged: world.unmanaged_account_of("Bea"),
            setup: BTreeMap::new(),
            targets: BTreeMap::new(),
            closed: BTreeMap::new(),
            writer: None,
            born: 0,
        }
    }

    fn newcomer(&mut self) -> Person {
        self.born += 1;
        self.world.someone(&format!("Person{}", self.born))
    }

    fn joins(&mut self, inviter: &Person, account: &Account, role: &str) -> Person {
        let person = self.newcomer();
        let invitation = inviter.invites(account, &person.email, role).invited();
        person.accepts(&invitation).is(201);
        person
    }

    /// Returns the visitor of this kind, or a new one when the last request changed them.
    fn visitor(&mut self, kind: &'static str) -> Person {
        if let Some(person) = self.setup.get(kind) {
            return person.clone();
        }
        let ((ada, managed), (bea, unmanaged)) = (self.managed.clone(), self.unmanaged.clone());
        let person = match kind {
            "nobody" => self.newcomer(),
            "stranger" => {
                let person = self.joins(&bea, &unmanaged, "standard");
                person.leaves(&unmanaged).is(204);
                person
            }
            "other" => self.world.unmanaged_account_of(&format!("Other{}", self.born)).0,
            "revoked" | "suspended" => {
                let person = self.joins(&ada, &managed, "admin");
                let member = ada.member_id(&managed, &person.email);
                if kind == "revoked" {
                    ada.revokes(&managed, &member).is(204);
                } else {
                    ada.suspends(&managed, &member, true).is(200);
                }
                person
            }
            "AA" | "jwt" => self.joins(&ada, &managed, "admin"),
            "AS" => self.joins(&ada, &managed, "standard"),
            "AV" => self.joins(&ada, &managed, "view_only"),
            "AAu" => self.joins(&bea, &unmanaged, "admin"),
            "ASu" => self.joins(&bea, &unmanaged, "standard"),
            "AVu" => self.joins(&bea, &unmanaged, "view_only"),
            "ASg" => self.is_granted("standard", &["profile.manage", "contacts.manage", "emails.view"]),
            "AVg" => self.is_granted("view_only", &["emails.view"]),
            "signed out" => {
                let person = self.joins(&ada, &managed, "admin");
                person.signs_out().is(204);
                person
            }
            "expired" => self.is_expired(),
            "invited" => {
                let person = self.joins(&bea, &unmanaged, "standard");
                ada.invites(&managed, &person.email, "admin").is(201);
                person.leaves(&unmanaged).is(204);
                person
            }
            "stopped" | "deleted" => return self.of_a_closed_account(kind),
            host => {
                let role = match &host[..2] {
                    "HA" => "admin",
                    "HS" => "standard",
                    _ => "view_only",
                };
                let (hedy, root) = (self.world.host(), self.world.host_account());
                self.joins(&hedy, &root, role)
            }
        };
        self.born += 1;
        self.setup.insert(kind, person.clone());
        person
    }

    fn is_granted(&mut self, role: &str, permissions: &[&str]) -> Person {
        let (ada, managed) = self.managed.clone();
        let person = self.joins(&ada, &managed, role);
        let path = managed.at(&format!("/members/{}", ada.member_id(&managed, &person.email)));
        ada.changes("PUT", &format!("{path}/access"), &path, Some(&json!({"role": role, "permissions": permissions}))).is(200);
        person
    }

    /// Returns an admin whose access has ended by the clock of the service.
    fn is_expired(&mut self) -> Person {
        let (ada, managed) = self.managed.clone();
        let person = self.joins(&ada, &managed, "admin");
        let path = managed.at(&format!("/members/{}", ada.member_id(&managed, &person.email)));
        let now = ada.gets(&path).is(200).text("/updated_at");
        let end = Instant(timestamp::parse(&now).expect("an instant").0 + 6_000).to_string();
        ada.changes("PUT", &format!("{path}/access"), &path, Some(&json!({"role": "admin", "expires_at": end}))).is(200);
        // Each request takes a second in process, and real time over HTTP.
        for _ in 0..5_000 {
            if person.gets(&managed.at("")).status == 404 {
                return person;
            }
        }
        panic!("access that does not end at {end}");
    }

    /// Returns the admin of an account that was deactivated or deleted.
    fn of_a_closed_account(&mut self, kind: &'static str) -> Person {
        let host = self.world.host();
        let is_new = !self.closed.contains_key(kind);
        let account = self.closed.entry(kind).or_insert_with(|| host.creates_account(kind)).clone();
        if kind == "deleted" {
            host.restores(&account).is(if is_new { 409 } else { 200 });
        } else {
            host.puts_status(&account, "active").is(200);
        }
        let person = self.joins(&host, &account, "admin");
        if kind == "deleted" {
            host.deletes(&account).is(204);
        } else {
            host.puts_status(&account, "deactivated").is(200);
        }
        self.setup.insert(kind, person.clone());
        person
    }

    /// Returns whether the account is closed, so that nothing can be prepared in it.
    fn is_closed(&self) -> bool {
        self.closed.values().any(|account| account.id == self.here.1.id)
    }

    /// Returns a member to act upon, in the state that the route needs.
    fn target(&mut self, path: &str) -> String {
        if self.is_closed() {
            return NOTHING.to_owned();
        }
        let state = if path.ends_with("/invitation") || path.ends_with("/invitation/cancel") { "invited" } else { "active" };
        let (admin, account) = self.here.clone();
        let key = format!("{state} {}", account.id);
        if let Some(id) = self.targets.get(&key) {
            return id.clone();
        }
        let person = self.newcomer();
        let invited = admin.invites(&account, &person.email, "standard").invited();
        if state == "active" {
            person.accepts(&invited).is(201);
        }
        self.targets.insert(key, invited.member.clone());
        invited.member
    }

    /// Returns a pixel to act upon, assigned to the visitor when they are a standard user.
    fn pixel(&mut self, kind: &str, visitor: &Person) -> String {
        if self.is_closed() {
            return NOTHING.to_owned();
        }
        self.born += 1;
        let (admin, account) = &self.here;
        let pixel = admin.adds_resource(account, "pixel", &format!("{}", self.born)).is(201).text("/id");
        if kind.starts_with("AS") {
            admin.assigns(account, &pixel, &[&admin.member_id(account, &visitor.email)]).is(200);
        }
        pixel
    }

    /// Returns a communication to act upon, of the account or one that the visitor received.
    fn message(&mut self, kind: &str, visitor: &Person, path: &str) -> String {
        let (admin, account) = self.here.clone();
        let own = path.contains("/me/");
        if own && ["nobody", "signed out", "jwt"].contains(&kind) || !own && self.is_closed() {
            return NOTHING.to_owned();
        }
        let world = self.world;
        let (admin, account) = if own { self.writer.get_or_insert_with(|| world.unmanaged_account_of("Writer")).clone() } else { (admin, account) };
        self.born += 1;
        if own {
            let invited = admin.invites(&account, &visitor.email, "standard").invited();
            visitor.accepts_signed_in(&invited).is(201);
            admin.prefers(&account, &invited.member, &["support"]).is(200);
        } else {
            let contact = format!("reader{}.{}@example.com", self.born, self.world.tag());
            let body = json!({"email": contact, "email_preferences": ["support"]});
            admin.posts(&account.at("/members"), &body).is(201);
        }
        let body = json!({"category": "support", "subject": "Ticket", "text": "Solved.", "html": "<p>Solved.</p>"});
        let id = admin.posts(&account.at("/communications"), &body).is(201).text("/id");
        if own {
            visitor.leaves(&account).is(204);
        }
        id
    }

    /// Forgets visitors and targets, because a request may have changed them more than its answer says. The next request begins with new ones.
    pub fn forgets(&mut self) {
        self.setup.clear();
        self.targets.clear();
    }

    /// Sends the request of this visitor to this route.
    pub fn send(&mut self, kind: &'static str, method: &str, path: &str) -> Reply {
        // Preparations are not checked: each check reads all tables.
        self.is_watched(false);
        let mut visitor = self.visitor(kind);
        self.is_managed = !kind.ends_with('u');
        self.here = match (self.closed.get(kind), self.is_managed) {
            (Some(closed), _) => (self.world.host(), closed.clone()),
            (None, true) => self.managed.clone(),
            (None, false) => self.unmanaged.clone(),
        };
        let mut address = path.replace("{account}", &self.here.1.id).replace("{host}", &self.world.host_account().id);
        if address.contains("{member}") {
            address = address.replace("{member}", &self.target(path));
        }
        if address.contains("{resource}") {
            address = address.replace("{resource}", &self.pixel(kind, &visitor));
        }
        if address.contains("{session}") {
            let own = if ["nobody", "signed out"].contains(&kind) { Vec::new() } else { visitor.gets("/v1/me/sessions").is(200).data() };
            address = address.replace("{session}", own.first().and_then(|session| session["id"].as_str()).unwrap_or(NOTHING));
        }
        address = address.replace("{permission}", "orders.place");
        if address.contains("{communication}") {
            address = address.replace("{communication}", &self.message(kind, &visitor, path));
        }
        if path.contains("/access/") && method == "GET" {
            address = format!("{address}?member_id={}&permission=account.view", self.target(path));
        }
        if kind == "jwt" {
            // Each request has a fresh token: it lasts five minutes, and each request in process takes a second.
            let token = visitor.own_api_token(&self.here.1);
            visitor = visitor.at_another_device();
            visitor.uses_session(&token);
        }
        let reply = if path.starts_with("/v1/") { self.as_app(&visitor, method, path, &address) } else { self.as_browser(&visitor, method, path, &address) };
        let changed = method != "GET" && reply.status < 400;
        if changed && path.contains("{member}") {
            self.targets.clear();
        }
        let ends = ["/password", "/sessions/{session}", "/end", "/leave", "/members/me", "/v1/sessions", "/sign-in", "/sign-out"];
        let uses_up = ends.iter().any(|end| path.ends_with(end));
        if changed && uses_up {
            self.setup.remove(kind);
        }
        reply
    }

    fn as_app(&mut self, visitor: &Person, method: &str, path: &str, address: &str) -> Reply {
        let mut builder = visitor.ask(method, address);
        if ["PATCH", "PUT", "DELETE"].contains(&method) {
            builder = builder.when(self.patch.as_ref().map_or("*", |(_, version)| *version));
        }
        if let Some((body, _)) = &self.patch {
            builder = builder.json(body);
        } else if path == "/v1/access-tokens" {
            builder = builder.json(&json!({"account_id": self.here.1.id}));
        } else if let Some(body) = self.body(method, path, visitor) {
            builder = builder.json(&body);
        }
        let Some([via, role, permission]) = &self.without else { return self.sends(builder) };
        let row = |sql: &str| self.world.changes_matrix(sql);
        row(&format!("DELETE FROM role_permission WHERE via = '{via}' AND role = '{role}' AND permission = '{permission}'"));
        let reply = builder.send();
        row(&format!("INSERT INTO role_permission (via, role, permission) VALUES ('{via}', '{role}', '{permission}')"));
        reply
    }

    fn is_watched(&self, watched: bool) {
        if self.world.is_in_process() {
            self.world.controls().crowd(!watched);
        }
    }

    fn sends(&mut self, builder: RequestBuilder) -> Reply {
        self.is_watched(true);
        let reply = if self.loses {
            let (reply, lost) = self.world.controls().reply_is_lost(Box::new(|| builder.send()));
            self.lost = lost;
            reply
        } else {
            builder.send()
        };
        self.is_watched(false);
        reply
    }

    fn as_browser(&mut self, visitor: &Person, method: &str, path: &str, address: &str) -> Reply {
        let builder = self.world.ask(method, address).header("sec-fetch-site", "same-origin");
        let session = visitor.session();
        let builder = if session.is_empty() { builder } else { builder.cookie(&session) };
        if method == "GET" {
            return self.sends(builder);
        }
        let fields = self.fields(path, address, visitor);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.sends(builder.form(&fields))
    }

    /// Returns the fields of the page's form, so that it succeeds when the visitor may do it.
    #[expect(clippy::too_many_lines, reason = "a list of forms")]
    fn fields(&mut self, path: &str, address: &str, visitor: &Person) -> Vec<(&'static str, String)> {
        self.born += 1;
        let (number, tag) = (self.born, self.world.tag());
        let (admin, account) = self.here.clone();
        let dead = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".to_owned();
        let version_of = |path: &str| admin.version(path).trim_matches(['"', 'v']).to_owned();
        let member = address.split("/users/").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or_default();
        let resource = address.split("/resources/").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or_default();
        let version = if !resource.is_empty() {
            version_of(&account.at(&format!("/resources/{resource}")))
        } else if member.is_empty() {
            version_of(&account.at(""))
        } else {
            version_of(&account.at(&format!("/members/{member}")))
        };
        match path {
            "/sign-in" => vec![("email", self.managed.0.email.clone()), ("password", self.managed.0.password())],
            "/forgot-password" => vec![("email", format!("nobody{number}.{tag}@example.com"))],
            "/reset" | "/verification" | "/email-change" | "/invitation" | "/invitation/decline" => vec![("token", dead)],
            "/reset/confirm" => vec![("token", dead), ("new_password", "entirely different words".into())],
            "/invitation/accept" => {
                vec![("token", dead), ("first_name", "A".into()), ("last_name", "B".into()), ("password", "entirely different words".into())]
            }
            "/setup" => ["setup_token", "host_name", "email", "first_name", "last_name", "password"]
                .into_iter()
                .zip([
                    self.world.setup_token().to_owned(),
                    "Second".into(),
                    "second@example.com".into(),
                    "A".into(),
                    "B".into(),
                    "entirely different words".into(),
                ])
                .collect(),
            "/host/settings" => vec![
                ("version", self.world.host().version("/v1/host").trim_matches(['"', 'v']).to_owned()),
                ("name", "Portico".into()),
                ("language", "en".into()),
                ("invitation_hours", "24".into()),
                ("reset_minutes", "60".into()),
                ("standard_may_delete", "true".into()),
            ],
            "/host/permissions/{permission}" => {
                let catalogue = self.world.host().gets("/v1/permissions").is(200).data();
                let version = catalogue.iter().find(|entry| entry["key"] == "orders.place").expect("orders.place")["version"].to_string();
                vec![("version", version), ("title_en", String::new()), ("title_it", String::new()), ("enabled", "true".into())]
            }
            "/accounts" => {
                vec![("name", format!("Account {number} ({tag})")), ("managed", "true".into()), ("admin_email", format!("first{number}.{tag}@example.com"))]
            }
            "/accounts/{account}/users" => {
                vec![("email", format!("new{number}.{tag}@example.com")), ("sub_account", "true".into()), ("role", "view_only".into())]
            }
            "/accounts/{account}/users/import" => vec![("members", format!("email\nnew{number}.{tag}@example.com"))],
            "/accounts/{account}/settings/profile" => vec![("version", version), ("company", format!("Company {number}"))],
            "/accounts/{account}/users/{member}/contact" => {
                vec![("version", version), ("email", admin.sees(&account, member).text("/email")), ("city", format!("City {number}"))]
            }
            "/accounts/{account}/users/{member}/access" => {
                vec![("version", version), ("sub_account", "on".into()), ("role", if number % 2 == 0 { "standard".into() } else { "view_only".into() })]
            }
            "/accounts/{account}/resources" => vec![("kind", "app".into()), ("external_id", format!("{number}")), ("name", format!("App {number}"))],
            "/accounts/{account}/resources/{resource}" => vec![("version", version), ("name", format!("Pixel {number}")), ("settings", "{}".into())],
            "/accounts/{account}/settings" => vec![("version", version), ("name", format!("Renamed {number} ({tag})"))],
            "/accounts/{account}/settings/first-admin" => vec![("admin_email", format!("first{number}.{tag}@example.com"))],
            "/accounts/{account}/settings/delegation" => vec![("version", version), ("delegated", self.is_managed.to_string())],
            "/accounts/{account}/settings/status" => vec![("version", version), ("status", "active".into())],
            // The name is not the account's name, because the account is still needed.
            "/accounts/{account}/settings/deletion" => {
                vec![("version", version), ("account_name", "another".into()), ("current_password", visitor.password())]
            }
            "/me" => vec![
                ("version", visitor.version("/v1/me").trim_matches(['"', 'v']).to_owned()),
                ("first_name", format!("Name{number}")),
                ("last_name", "Neri".into()),
                ("language", "it".into()),
            ],
            "/accounts/{account}/communications" => vec![("category", "domain".into()), ("subject", "Renewal".into()), ("text", "It is renewed.".into())],
            "/me/email" => vec![("new_email", format!("other{number}.{tag}@example.com")), ("email_password", visitor.password())],
            "/me/password" => vec![("current_password", visitor.password()), ("new_password", visitor.password() + " and more")],
            _ => vec![("version", version)],
        }
    }

    /// Returns a body that succeeds when the visitor may do it.
    fn body(&mut self, method: &str, path: &str, visitor: &Person) -> Option<Json> {
        self.born += 1;
        let (number, tag) = (self.born, self.world.tag());
        let dead = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        Some(match (method, path) {
            ("POST", "/v1/setup") => {
                json!({"setup_token": self.world.setup_token(), "host_name": "Second", "email": "second@example.com", "first_name": "A", "last_name": "B", "password": "entirely different words"})
            }
            ("POST", "/v1/sessions") => json!({"email": self.managed.0.email, "password": self.managed.0.password()}),
            ("POST", "/v1/password-resets") => json!({"email": format!("nobody{number}.{tag}@example.com")}),
            ("POST", "/v1/password-resets/confirm") => json!({"token": dead, "new_password": "entirely different words"}),
            ("POST", "/v1/invitations/accept") => json!({"token": dead, "first_name": "A", "last_name": "B", "password": "entirely different words"}),
            ("POST", "/v1/email-verifications/confirm" | "/v1/password-resets/preview" | "/v1/invitations/preview" | "/v1/invitations/decline") => {
                json!({"token": dead})
            }
            ("PATCH", "/v1/me") => json!({"first_name": format!("Name{number}")}),
            ("PUT", "/v1/me/password") => json!({"current_password": visitor.password(), "new_password": visitor.password() + " and more"}),
            ("POST", "/v1/me/email-changes") => json!({"email": format!("other{number}.{tag}@example.com"), "current_password": visitor.password()}),
            ("POST", "/v1/email-changes/confirm") => json!({"token": dead}),
            ("POST", "/v1/accounts/{account}/communications") => json!({"category": "domain", "subject": "Renewal", "text": "It is renewed."}),
            ("POST", "/v1/accounts") => {
                json!({"name": format!("Account {number} ({tag})"), "managed": true, "admin_email": format!("first{number}.{tag}@example.com")})
            }
            ("PATCH", "/v1/host") => json!({"reset_minutes": 60}),
            ("PATCH", "/v1/permissions/{permission}") => json!({"title_en": null}),
            ("PATCH", "/v1/accounts/{account}") => json!({"name": format!("Renamed {number} ({tag})")}),
            ("POST", "/v1/accounts/{account}/first-admin-invitation") => json!({}),
            ("DELETE", "/v1/accounts/{account}") => json!({"name": "another", "current_password": visitor.password()}),
            ("PUT", "/v1/accounts/{account}/delegation") => json!({"delegated": self.is_managed}),
            ("PUT", "/v1/accounts/{account}/status") => json!({"status": "active"}),
            ("POST", "/v1/accounts/{account}/members") => json!({"email": format!("new{number}.{tag}@example.com"), "access": {"role": "view_only"}}),
            ("POST", "/v1/accounts/{account}/members/import") => json!({"members": [{"email": format!("new{number}.{tag}@example.com")}]}),
            ("PATCH", "/v1/accounts/{account}/members/{member}") => json!({"city": format!("City {number}")}),
            ("POST", "/v1/accounts/{account}/resources") => json!({"kind": "app", "external_id": format!("{number}"), "name": format!("App {number}")}),
            ("PATCH", "/v1/accounts/{account}/resources/{resource}") => json!({"name": format!("Pixel {number}")}),
            ("PUT", "/v1/accounts/{account}/resources/{resource}/members") => json!({"member_ids": []}),
            ("PUT", "/v1/accounts/{account}/members/{member}/resources") => json!({"resource_ids": []}),
            ("PUT", path) if path.ends_with("/email-preferences") => json!({"categories": ["general"]}),
            ("PUT", path) if path.ends_with("/access") => json!({"role": if number % 2 == 0 { "standard" } else { "view_only" }}),
            ("PUT", path) if path.ends_with("/suspension") => json!({"suspended": true}),
            _ => return None,
        })
    }
}
