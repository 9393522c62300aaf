//! The pages: one struct per page, holding only what is shown, already in the reader's words.
//!
//! Each struct derives its page from a template of the same name under `templates/`; [`Frame`] is what all of them share. A page decides
//! nothing: what may be done arrives as a [`Control`], times arrive as text, and a rule that was broken arrives as a [`FieldMessage`].
//! Below its struct stands its handler: a thin one, the twin of the API's, over the same feature functions. `answer.rs` is how forms come
//! in and pages go out, `shown.rs` how what the features say is shown. A look is one trip to the database; a refused form may take another.
//! The pages are whole without JavaScript and carry no inline style or script, so that the content security policy can forbid both.

pub mod accounts;
mod answer;
pub mod assigned;
pub mod audit;
pub mod communications;
pub mod demotion;
pub mod email_change;
mod error;
pub mod forgot;
pub mod forms;
pub mod home;
pub mod host;
pub mod invitation;
mod kept;
mod layout;
mod link;
pub mod me;
pub mod newcomer;
pub mod parts;
pub mod permissions;
mod refused;
pub mod reset;
pub mod resource;
pub mod resources;
pub mod settings;
pub mod setup;
mod shown;
pub mod sign_in;
pub mod transfer;
pub mod user;
pub mod users;
pub mod verification;

pub use accounts::{AccountRow, AccountsPage, NewAccountPage};
pub use assigned::ThingsSection;
pub use audit::{AuditPage, AuditRow, Change};
pub use demotion::DemotionPage;
pub use error::ErrorPage;
pub use forgot::{ForgotPage, ForgotState};
pub use forms::{AccessForm, ContactField};
pub use host::{HostPage, PermissionRow};
pub use invitation::{InvitationPage, InvitationPreviewPage, Invited};
pub use kept::done_already;
pub use layout::{
    Badge, Choice, Control, CurrentAccount, FieldMessage, Frame, Here, LanguageSwitch, Link, Paging, RoleChoice, Tone, Visitor, encode, role_choices,
};
pub use link::{LinkKind, LinkPage, Remake};
pub use me::{MePage, MyAccountRow, SessionRow, device};
pub use newcomer::{FoundRow, NewUserPage};
pub use permissions::{PermissionsPage, PersonalPermission};
pub use refused::refused;
pub use reset::{ResetPage, ResetPreviewPage};
pub use resource::{PeopleSection, ResourcePage};
pub use resources::{NewResourcePage, ResourceRow, ResourcesPage};
pub use settings::{FirstAdmin, SettingsPage};
pub use setup::SetupPage;
pub use shown::EmailState;
pub use sign_in::SignInPage;
pub use user::{AccessSection, InvitationSection, PasswordSection, UserPage};
pub use users::{UserRow, UsersPage};
