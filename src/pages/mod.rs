//! The pages: one struct per page, which holds only what is shown, in the reader's language.
//!
//! Each struct fills a template of the same name under `templates/`; all of them share [`Frame`]. A page decides
//! nothing: it gets permitted actions as [`Control`], times as text, and broken rules as [`FieldMessage`].
//! Its handlers stand below the struct and call the same feature functions as the handlers of the API. `answer.rs` reads forms and builds
//! responses, `shown.rs` turns results of the features into parts of a page. A GET takes one trip to the database; a refused form may take another.
//! The pages work without JavaScript and have no inline style or script, so that the content security policy can forbid both.

pub mod accounts;
mod answer;
pub mod assigned;
pub mod audit;
mod carried_form;
pub mod communications;
pub mod demotion;
pub mod email_change;
mod error;
pub mod forgot;
pub mod forms;
pub mod home;
pub mod host;
pub mod invitation;
mod layout;
mod link;
mod list;
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
pub use carried_form::done_already;
pub use demotion::DemotionPage;
pub use error::ErrorPage;
pub use forgot::{ForgotPage, ForgotState};
pub use forms::{AccessForm, ContactField};
pub use host::{HostPage, PermissionRow};
pub use invitation::{InvitationPage, InvitationPreviewPage, Invited};
pub use layout::{Badge, Choice, Control, CurrentAccount, FieldMessage, Frame, Here, LanguageSwitch, Link, RoleChoice, Tone, Visitor, encode, role_choices};
pub use link::{LinkKind, LinkPage, Remake};
pub use list::{Filter, List, Paging, Search};
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
