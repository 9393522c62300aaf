//! Whose rows a request may change (design I6): those of the account in its address, and of no other. Checked after every request of every scenario
//! in process, where rows can be seen; what is said of the checks of a house holds here too.

use portineria::account::HOST;

use super::sqlite::Share;

/// A change that a request about one account may make to the rows of another, and why it may.
struct Exception {
    method: &'static str,
    /// The end of the address.
    path: &'static str,
    tables: &'static [&'static str],
    why: &'static str,
}

/// Every exception there is.
const EXCEPTIONS: [Exception; 0] = [];

/// Checks that a request changed no row of another account than it was about.
pub fn of_every_change(method: &str, path: &str, changed: &[Share], told: &str) {
    let named = path.split('/').skip_while(|step| *step != "accounts").nth(1).filter(|id| id.len() == HOST.len());
    let strange = |share: &&Share| !share.account.is_empty() && named.is_some_and(|account| account != share.account);
    let is_excepted = |share: &&Share| EXCEPTIONS.iter().any(|known| known.method == method && path.ends_with(known.path) && known.tables.contains(&share.table.as_str()));
    let wrong: Vec<&Share> = changed.iter().filter(strange).filter(|share| !is_excepted(share)).collect();
    assert!(wrong.is_empty(), "rows of another account changed: {wrong:?}: {told}");
    let _ = EXCEPTIONS.iter().map(|known| known.why);
}
