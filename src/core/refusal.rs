//! What can go wrong: a refusal or a fault.
//!
//! A [`Refusal`] is shown to the caller: a rule by its stable code, and a sentence that says what to do next. A [`Fault`] is an error of ours:
//! it is logged once and never shown. Features return either as [`Failure`]. `router/wording.rs` turns it into RFC 9457
//! `application/problem+json` for apps and into a page for people, so the words are the same for both.
//!
//! A rule that depends on rows is also a column of the `refusal` table (migrations), under the same name: design §2.

use http::StatusCode;

use crate::core::pasted_link::LinkFault;
use crate::core::permission::{Permission, Role};

/// Each rule once: variant, stable code, status.
macro_rules! rules {
    ($($(#[doc = $doc:literal])* $name:ident = $code:literal, $status:ident;)*) => {
        /// A rule that a request can break.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule { $($(#[doc = $doc])* $name,)* }

        impl Rule {
            /// Every rule, for the tests that no sentence and no column is missing.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The stable code, the same in JSON, SQL and tests.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// The rule of that code.
            #[must_use]
            pub fn from_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$name),)* _ => None }
            }

            /// The status it is answered with.
            #[must_use]
            pub fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status,)* }
            }
        }
    };
}

rules! {
    // The request itself.
    /// The body is no JSON, or a header or parameter cannot be read.
    Malformed = "malformed", BAD_REQUEST;
    /// The page's cursor was not made by us for this list and filter.
    CursorNotValid = "cursor_not_valid", BAD_REQUEST;
    /// A browser sent it from another site.
    CrossSite = "cross_site", FORBIDDEN;
    /// No such method here.
    MethodNotAllowed = "method_not_allowed", METHOD_NOT_ALLOWED;
    /// The body is over the limit.
    TooLarge = "too_large", PAYLOAD_TOO_LARGE;
    /// The body is not of the type this address takes.
    UnsupportedMediaType = "unsupported_media_type", UNSUPPORTED_MEDIA_TYPE;
    /// Fields are wrong; `errors` says which.
    Validation = "validation", UNPROCESSABLE_ENTITY;
    /// The same `Idempotency-Key` came with another body.
    IdempotencyKeyReused = "idempotency_key_reused", UNPROCESSABLE_ENTITY;
    /// The same `Idempotency-Key` came with the same body: never shown, the first result is.
    Replayed = "replayed", CONFLICT;
    /// `If-Match` is missing.
    VersionRequired = "version_required", PRECONDITION_REQUIRED;
    /// Somebody changed it in between.
    StaleVersion = "stale_version", PRECONDITION_FAILED;

    // Who the caller is, and what they may do.
    /// Nobody is signed in, or the session has ended.
    NotSignedIn = "not_signed_in", UNAUTHORIZED;
    /// E-mail and password do not fit.
    WrongCredentials = "wrong_credentials", UNAUTHORIZED;
    /// The current password given with a change does not fit.
    WrongPassword = "wrong_password", FORBIDDEN;
    /// The account is visible, the permission is missing.
    NotAllowed = "not_allowed", FORBIDDEN;
    /// The account is deactivated by its host.
    AccountDeactivated = "account_deactivated", FORBIDDEN;
    /// Not there, or the caller may not know that it is.
    NotFound = "not_found", NOT_FOUND;
    /// Too many failures or requests for now.
    TooManyAttempts = "too_many_attempts", TOO_MANY_REQUESTS;

    // Setup.
    /// The deployment has a host already.
    AlreadySetUp = "already_set_up", CONFLICT;
    /// The setup token does not fit.
    WrongSetupToken = "wrong_setup_token", FORBIDDEN;

    // Accounts.
    /// The account would be left without an active admin of its own.
    AccountKeepsAnAdmin = "account_keeps_an_admin", CONFLICT;
    /// Only an account that waits for its first admin has a first-admin link.
    AccountNotPending = "account_not_pending", CONFLICT;
    /// The account is deleted.
    AccountDeleted = "account_deleted", CONFLICT;
    /// Only a deleted account is restored.
    AccountNotDeleted = "account_not_deleted", CONFLICT;
    /// Only a deactivated account is reactivated. This is only the reason of a capability, never an answer: setting the status that an account has
    /// changes nothing.
    AccountNotDeactivated = "account_not_deactivated", CONFLICT;
    /// The 30 days are over, or its data are being removed already.
    RestoreTooLate = "restore_too_late", GONE;
    /// The host itself is neither deleted nor delegated.
    NotForTheHost = "not_for_the_host", CONFLICT;
    /// A caller who cannot hold a seat for the host must name the first admin of a managed account. `errors` names the field.
    FirstAdminRequired = "first_admin_required", UNPROCESSABLE_ENTITY;
    /// A host user can be the first admin of an account only in a seat that is held for the host.
    FirstAdminOfHost = "first_admin_of_host", CONFLICT;
    /// Without delegation the account needs an administrator who is no host user.
    DelegationNeedsOwnAdmin = "delegation_needs_own_admin", CONFLICT;

    // Members and their access.
    /// Somebody with this address has access already.
    AlreadyMember = "already_member", CONFLICT;
    /// Somebody with this address is invited already.
    AlreadyInvited = "already_invited", CONFLICT;
    /// There is no open invitation to renew or cancel.
    NotInvited = "not_invited", CONFLICT;
    /// Several contacts have the address of an invitation, and it says not which of them it is for.
    SeveralContacts = "several_contacts", CONFLICT;
    /// The person is a contact without access.
    NoAccess = "no_access", CONFLICT;
    /// The person has not accepted yet.
    NotActive = "not_active", CONFLICT;
    /// The access is over since its end date.
    AccessEnded = "access_ended", CONFLICT;
    /// A seat that is held for the host cannot be changed. It can be taken away, and it ends with delegation.
    SeatOfTheHost = "seat_of_the_host", CONFLICT;
    /// A caller whose own access ends can make nobody an admin for longer, and cannot give themselves anything for longer.
    OutlastsOwnAccess = "outlasts_own_access", CONFLICT;
    /// People give up their own access by leaving. They cannot revoke it.
    UseLeave = "use_leave", CONFLICT;
    /// A person with access signs in with this address. Only they can change it.
    EmailBelongsToUser = "email_belongs_to_user", CONFLICT;
    /// The change makes a link, which needs `members.manage` besides the permission of the act. It is answered as `not_allowed` with that permission.
    LinkNotAllowed = "link_not_allowed", FORBIDDEN;
    /// A line of an import has another address for a person who is invited. It makes no link, so it does not move the invitation.
    IsInvited = "is_invited", CONFLICT;
    /// A view-only role takes permissions to view only.
    PermissionNotForRole = "permission_not_for_role", UNPROCESSABLE_ENTITY;
    /// The host has switched this permission off.
    PermissionSwitchedOff = "permission_switched_off", UNPROCESSABLE_ENTITY;
    /// The service itself needs this permission: it cannot be switched off.
    PermissionAlwaysOn = "permission_always_on", CONFLICT;
    /// The address already belongs to as many people of the account as may share one.
    AddressSharedByTooMany = "address_shared_by_too_many", CONFLICT;
    /// A resource to assign is not in this account.
    UnknownResource = "unknown_resource", UNPROCESSABLE_ENTITY;

    // Address data and preferences.
    /// Somebody in the account must receive the e-mails about domains.
    DomainKeepsARecipient = "domain_keeps_a_recipient", CONFLICT;
    /// In Italy a CAP has five digits and a province is its sigla.
    ItalianAddress = "italian_address", UNPROCESSABLE_ENTITY;

    /// No column of a file to import can hold e-mail addresses.
    EmailColumnMissing = "email_column_missing", UNPROCESSABLE_ENTITY;

    // Pixels and apps.
    /// The account has a resource of this kind with this external id.
    ResourceExists = "resource_exists", CONFLICT;
    /// The caller may edit only what is assigned to them, and this is not.
    NotAssigned = "not_assigned", FORBIDDEN;
    /// Only people who manage all resources can change one of this kind.
    KindReserved = "kind_reserved", FORBIDDEN;
    /// A person to assign is not in this account.
    UnknownMember = "unknown_member", UNPROCESSABLE_ENTITY;

    // Links.
    /// The link was used, replaced or withdrawn, or never existed.
    LinkNotValid = "link_not_valid", GONE;
    /// The link has expired.
    LinkExpired = "link_expired", GONE;
    /// The caller is signed in as somebody else than the person the link is for.
    WrongUser = "wrong_user", CONFLICT;
    /// The person has a user already, and must sign in to accept.
    UserExists = "user_exists", CONFLICT;
    /// Only the person can ask for a reset, by mail.
    ResetOnlyByUser = "reset_only_by_user", CONFLICT;

    // Communications, and the change of one's own address.
    /// No mail provider is configured, and this cannot be done without an e-mail.
    NeedsMail = "needs_mail", CONFLICT;
    /// The address belongs to another user, or to somebody else with access to an account of this user.
    EmailTaken = "email_taken", CONFLICT;
    /// Nobody in the account wants e-mails of this category.
    NoRecipients = "no_recipients", CONFLICT;
    /// No delivery of it failed or was left unsent.
    NothingToResend = "nothing_to_resend", CONFLICT;

    // Mail.
    /// No provider is configured: nothing can be sent.
    MailNotConfigured = "mail_not_configured", CONFLICT;

    // Errors of ours.
    /// Something broke on our side.
    Internal = "internal", INTERNAL_SERVER_ERROR;
    /// A part of the platform is overloaded or did not answer. Nothing was changed.
    Busy = "busy", SERVICE_UNAVAILABLE;
    /// The answer to a change was lost. The change was made, or not.
    OutcomeUnknown = "outcome_unknown", SERVICE_UNAVAILABLE;
    /// The deployment lacks a required variable.
    NotConfigured = "not_configured", SERVICE_UNAVAILABLE;
}

impl Rule {
    /// Whether a refusal is logged for whoever operates the deployment: a failed sign-in, a throttled or forbidden request, a dead link.
    #[must_use]
    pub fn is_of_security_interest(self) -> bool {
        let status = self.status();
        [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN, StatusCode::TOO_MANY_REQUESTS].contains(&status)
            || matches!(self, Self::LinkNotValid | Self::LinkExpired | Self::WrongUser | Self::ResetOnlyByUser)
    }

    /// The rule behind a unique index, which refuses what two requests did at the same time and the rules before it could not see.
    #[must_use]
    pub fn of_unique(columns: &str) -> Self {
        match columns {
            "user.email_key" => Self::UserExists,
            "member.account_id, member.user_id" => Self::AlreadyMember,
            "member.account_id, member.email_key" => Self::AlreadyInvited,
            "resource.account_id, resource.kind, resource.external_id" => Self::ResourceExists,
            "idempotency.user_id, idempotency.key" => Self::IdempotencyKeyReused,
            columns if columns.contains("one_host") => Self::AlreadySetUp,
            _ => Self::StaleVersion,
        }
    }
}

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// The field, as a JSON pointer: `/email`.
    pub pointer: String,
    /// The stable code.
    pub code: Wrong,
}

/// What can be wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// Missing or empty.
    Required,
    /// Longer than this many characters.
    TooLong(usize),
    /// Shorter than this many characters.
    TooShort(usize),
    /// Not an e-mail address.
    Email,
    /// Not a telephone number.
    Phone,
    /// Not the code of a country.
    Country,
    /// Not an Italian postcode (CAP).
    Postcode,
    /// Not an Italian province.
    Province,
    /// Control characters or line breaks in a one-line text.
    Characters,
    /// A password that repeats itself, or one made of the person's own address or name.
    Guessable,
    /// One of the commonest passwords.
    Common,
    /// The two passwords differ.
    Differs,
    /// Not one of the known values.
    Unknown,
    /// Not a field of this thing.
    UnknownField,
    /// Of another type than expected.
    Type,
    /// An instant that is not in the future.
    Past,
    /// No day or instant as it is written here.
    Date,
    /// Not a JSON object.
    Object,
    /// More than this many.
    TooMany(usize),
    /// A file with more than this many values.
    TooManyValues(usize),
    /// Not the name of the thing it is typed to confirm.
    OtherName,
    /// A number below the least or above the most.
    OutOfRange(i64, i64),
    /// A table with a quotation mark in the wrong place of this line.
    Quotes(i64),
    /// A file in no encoding that is read, from this line.
    Encoding(i64),
    /// No JSON object in this line.
    NotJson(i64),
    /// A line with so many cells for so many columns.
    TooManyCells(usize, usize),
    /// The person of another line of the same file.
    Repeated,
    /// Not an absolute URI, at this place of a list, counted from 1.
    Uri(usize),
    /// This service's own address, where only others are listed.
    OwnAddress,
    /// Not the link that is asked for.
    Link(LinkFault),
}

impl Wrong {
    /// The stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::TooLong(_) => "too_long",
            Self::TooShort(_) => "too_short",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Country => "country",
            Self::Postcode => "postcode",
            Self::Province => "province",
            Self::Characters => "characters",
            Self::Guessable => "guessable",
            Self::Common => "common",
            Self::Differs => "differs",
            Self::Unknown => "unknown",
            Self::UnknownField => "unknown_field",
            Self::Type => "type",
            Self::Past => "past",
            Self::Date => "date",
            Self::Object => "object",
            Self::TooMany(_) | Self::TooManyValues(_) => "too_many",
            Self::OtherName => "other_name",
            Self::OutOfRange(..) => "out_of_range",
            Self::Quotes(_) => "quotes",
            Self::Encoding(_) => "encoding",
            Self::NotJson(_) => "not_json",
            Self::TooManyCells(..) => "too_many_cells",
            Self::Repeated => "repeated",
            Self::Uri(_) => "uri",
            Self::OwnAddress => "own_address",
            Self::Link(fault) => fault.code(),
        }
    }
}

/// What is known of a body that is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BodyFault {
    /// The route takes at most so many bytes.
    TakesBytes(usize),
    /// The route takes only these media types.
    TakesTypes(&'static [&'static str]),
    /// The columns that were read where none has addresses.
    HasColumns(Vec<String>),
}

/// Why a request is refused: the rule, and what its sentence needs besides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The rule that does not hold.
    pub rule: Rule,
    /// The permission that is missing, for [`Rule::NotAllowed`].
    pub permission: Option<Permission>,
    /// The role the caller has in the account instead, for [`Rule::NotAllowed`].
    pub role: Option<Role>,
    /// Who could help, by name, as far as the caller may know them.
    pub ask: Vec<String>,
    /// The fields that are wrong, for [`Rule::Validation`], and why a token is none, for [`Rule::LinkNotValid`].
    pub errors: Vec<FieldError>,
    /// When to come back, in seconds.
    pub retry_after: Option<u64>,
    /// The id of the thing that conflicts (the member already invited), where the caller may know it.
    pub target_id: Option<String>,
    /// What is known of the body, for [`Rule::TooLarge`], [`Rule::UnsupportedMediaType`] and [`Rule::EmailColumnMissing`].
    pub body: Option<BodyFault>,
}

impl From<Rule> for Refusal {
    fn from(rule: Rule) -> Self {
        let retry_after = match rule {
            Rule::Busy => Some(2),
            // The database may still be working on the request.
            Rule::OutcomeUnknown => Some(5),
            Rule::NotConfigured => Some(60),
            Rule::TooManyAttempts => Some(900),
            _ => None,
        };
        Self { rule, permission: None, role: None, ask: Vec::new(), errors: Vec::new(), retry_after, target_id: None, body: None }
    }
}

impl Refusal {
    /// The permission is missing.
    #[must_use]
    pub fn not_allowed(permission: Permission) -> Self {
        Self { permission: Some(permission), ..Rule::NotAllowed.into() }
    }

    /// Fields are wrong.
    #[must_use]
    pub fn fields(errors: Vec<FieldError>) -> Self {
        Self { errors, ..Rule::Validation.into() }
    }

    /// One field is wrong.
    #[must_use]
    pub fn field(pointer: &str, code: Wrong) -> Self {
        Self::fields(vec![FieldError { pointer: pointer.to_owned(), code }])
    }
}

/// An error of ours: what broke and where. It is only for the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where it broke.
    pub place: &'static str,
    /// The message of the part that failed. Never a secret.
    pub detail: String,
}

impl Fault {
    /// A fault at `place`.
    pub fn new(place: &'static str, detail: impl Into<String>) -> Self {
        Self { place, detail: detail.into() }
    }
}

/// What a feature answers when it does not succeed. (Boxed, because it is passed on at some hundreds of places.)
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The request is refused.
    Refused(Box<Refusal>),
    /// Something broke on our side.
    Broken(Box<Fault>),
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}
impl From<Rule> for Failure {
    fn from(rule: Rule) -> Self {
        Refusal::from(rule).into()
    }
}
impl From<LinkFault> for Failure {
    fn from(fault: LinkFault) -> Self {
        let errors = vec![FieldError { pointer: "/token".to_owned(), code: Wrong::Link(fault) }];
        Refusal { errors, ..Rule::LinkNotValid.into() }.into()
    }
}
impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self::Broken(Box::new(fault))
    }
}

/// What a feature returns.
pub type Result<T> = std::result::Result<T, Failure>;
