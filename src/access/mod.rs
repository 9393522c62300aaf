//! Who asks and what they may do: the batch, a caller's authority, permissions, explanations, the audit.

pub mod account_row;
pub mod act;
pub mod audit;
pub mod audit_list;
pub mod authority;
pub mod cached_link;
pub mod catalogue;
pub mod context;
pub mod email_queue;
pub mod explanation;
pub mod idempotency;
pub mod permission_set;
pub mod resource_rights;
