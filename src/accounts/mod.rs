//! Accounts: profile, list, lifecycle, delegation, the host's settings, and the setup of a deployment.

pub mod account;
pub mod account_list;
pub mod account_preference;
pub mod creation;
pub mod delegation;
pub mod host;
pub mod housekeeping;
pub mod lifecycle;
pub mod profile;
pub mod setup;
