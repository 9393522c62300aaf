//! Pixels and apps, and who is assigned to which.

pub mod assignment;
pub mod resource;
pub mod resource_list;
