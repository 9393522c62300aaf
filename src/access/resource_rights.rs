//! Which resources of an account a caller sees (design §5), as SQL: the account is ?1, the session ?2, now ?3.

/// The caller's own member in the account ?1, in force at ?3.
#[macro_export]
macro_rules! own_member {
    () => {
        "(SELECT p.member_id FROM presence p WHERE p.user_id = (SELECT user_id FROM session WHERE token_hash = ?2) AND p.account_id = ?1
            AND p.via = 'member' AND p.in_force AND p.ends_at > ?3)"
    };
}

/// Whether the caller sees every resource of the account ?1: whoever manages them does, and whoever sees them by delegation. (Neither is ever granted
/// to one person.)
#[macro_export]
macro_rules! sees_all_resources {
    () => {
        concat!(
            "EXISTS (SELECT 1 FROM presence p JOIN permission_set held ON held.via = p.via AND held.role = p.role
              WHERE p.user_id = (SELECT user_id FROM session WHERE token_hash = ?2) AND p.account_id = ?1 AND p.in_force AND p.ends_at > ?3 AND ",
            $crate::brings_all_resources!(),
            ")"
        )
    };
}

/// Whether the permissions `held` by the path `p` let the caller see every resource.
#[macro_export]
macro_rules! brings_all_resources {
    () => {
        "(instr(held.permissions, '\"resources.manage\"') OR p.via = 'delegation' AND instr(held.permissions, '\"resources.view\"'))"
    };
}

/// Whether the caller sees the `resource r`.
#[macro_export]
macro_rules! sees_resource {
    () => {
        concat!(
            "(r.is_open = 1 OR ",
            $crate::sees_all_resources!(),
            " OR r.visibility = 'assigned' AND EXISTS (SELECT 1 FROM assignment s WHERE s.resource_id = r.id AND s.member_id = ",
            $crate::own_member!(),
            "))"
        )
    };
}
