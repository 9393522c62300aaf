//! Who asks and what they may do: the batch, a caller's authority, permissions, explanations, the audit line.

pub mod act;
pub mod audit;
pub mod authority;
pub mod catalogue;
pub mod explanation;
