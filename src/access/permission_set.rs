//! The permission matrix with one row for each way and role (`permission_set`), which every batch reads.
//!
//! The matrix itself is `role_permission`, one row for each permission. A batch that changes it, or a setting that it depends on, adds
//! [`rebuilt`].

use crate::{core::db::Stmt, sql};

/// Empties the table.
pub const EMPTIED: &str = "DELETE FROM permission_set";
/// Fills it from the matrix in force.
pub const FILLED: &str =
    "INSERT INTO permission_set (via, role, permissions) SELECT via, role, json_group_array(permission) FROM held_by_role GROUP BY via, role";

/// The statements that write the table anew.
#[must_use]
pub fn rebuilt() -> [Stmt; 2] {
    [sql!(EMPTIED), sql!(FILLED)]
}
