//! People who can sign in: users, sessions, passwords, resets, the address and its confirmation, links, access tokens, limits.

pub mod access_token;
pub mod common_passwords;
pub mod device;
pub mod email_change;
pub mod first_proof;
pub mod link;
pub mod password;
pub mod password_notice;
#[cfg(not(target_arch = "wasm32"))]
pub mod recovery;
pub mod reset;
pub mod session;
pub mod throttle;
pub mod user;
pub mod verification;
