//! `/me`: one's own name, password, sessions and accounts.

use super::{Badge, Choice, Control, Frame};
use crate::text::{Lang, When};
use askama::Template;

/// One's own page.
#[derive(Template)]
#[template(path = "me.html")]
pub struct MePage {
    /// What stands around it.
    pub frame: Frame,
    /// First name, or as typed.
    pub first_name: String,
    /// Last name, or as typed.
    pub last_name: String,
    /// The address one signs in with.
    pub email: String,
    /// The version the reader saw.
    pub version: i64,
    /// Browser's choice, English, Italian.
    pub languages: Vec<Choice>,
    /// Where one is signed in, this session first.
    pub sessions: Vec<SessionRow>,
    /// The accounts one has access to as a member.
    pub accounts: Vec<MyAccountRow>,
}

impl MePage {
    /// Whether there is a session besides this one.
    #[must_use]
    pub fn has_other_sessions(&self) -> bool {
        self.sessions.iter().any(|session| !session.current)
    }
}

/// One session.
pub struct SessionRow {
    /// Its id.
    pub id: String,
    /// "Firefox on Linux".
    pub device: String,
    /// The address it was last used from.
    pub address: String,
    /// When it began.
    pub started: When,
    /// When it was last used.
    pub seen: When,
    /// Whether it is this one.
    pub current: bool,
}

/// One of one's own accounts.
pub struct MyAccountRow {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Where it opens.
    pub href: String,
    /// The role's name.
    pub role: &'static str,
    /// Host, suspended and the like.
    pub badges: Vec<Badge>,
    /// Leaving it; disabled with the reason for the last admin.
    pub leave: Control,
}

/// A browser and its system in words, from its `User-Agent`; what it does not know it calls unknown.
#[must_use]
pub fn device(lang: Lang, user_agent: Option<&str>) -> String {
    // The first hit wins: browsers name their ancestors too, systems their forebears (Android says Linux).
    const BROWSERS: [(&str, &str); 8] = [
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"),
        ("CriOS/", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ];
    const SYSTEMS: [(&str, &str); 6] =
        [("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("Linux", "Linux")];
    let agent = user_agent.unwrap_or_default();
    let named = |table: &[(&str, &'static str)]| table.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
    match (named(&BROWSERS), named(&SYSTEMS)) {
        (Some(browser), Some(system)) => lang.browser_on(browser, system),
        (Some(only), None) | (None, Some(only)) => only.to_owned(),
        (None, None) => lang.text().me.unknown_device.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::device;
    use crate::text::Lang;

    #[test]
    fn a_session_is_recognised_by_its_browser_and_system() {
        let phone = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Mobile Safari/537.36";
        assert_eq!(device(Lang::It, Some(phone)), "Chrome su Android");
        let desk = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
        assert_eq!(device(Lang::En, Some(desk)), "Firefox on Linux");
        assert_eq!(device(Lang::En, Some("curl/8.9")), "curl");
        assert_eq!(device(Lang::En, None), "Unknown device");
    }
}
