//! Makes the filter of the commonest passwords, or measures it: see `scripts/common-passwords`.
//!
//! `make LIST FILTER` writes the filter of a list with one password a line. `measure LIST WORDS COUNT` prints how many passwords of the list are
//! accepted, and how many of COUNT passphrases of four words, drawn from another list, are refused.

#![expect(clippy::print_stdout, reason = "that is what it is for")]

use std::{error::Error, fs};

use portineria::{
    core::{secret, vocabulary::SHORTEST_PASSWORD},
    identity::{common_passwords, password},
};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["make", list, filter] => make(list, filter),
        ["measure", list, words, count] => measure(list, words, count.parse()?),
        _ => Err("make LIST FILTER, or measure LIST WORDS COUNT".into()),
    }
}

fn make(list: &str, filter: &str) -> Result<(), Box<dyn Error>> {
    let (bytes, count) = common_passwords::build(&fs::read_to_string(list)?)?;
    println!("{count} passwords in {} bytes", bytes.len());
    Ok(fs::write(filter, bytes)?)
}

fn measure(list: &str, words: &str, count: usize) -> Result<(), Box<dyn Error>> {
    let (list, words) = (fs::read_to_string(list)?, fs::read_to_string(words)?);
    let long: Vec<&str> = list.lines().filter(|password| password.chars().count() >= SHORTEST_PASSWORD).collect();
    let passed = |text: &str| password::weakness(text, &[]).is_none();
    let through = long.iter().filter(|password| passed(password) || passed(&password.to_uppercase())).count();
    println!("of {} common passwords, {through} are let through", long.len());
    let words: Vec<&str> = words.lines().collect();
    let (mut common, mut weak) = (0, 0);
    for number in 0..count {
        // Ten of the 43 characters of base64url choose a word.
        let drawn = secret::hash(&format!("passphrase {number}"));
        let draw = |place: usize| drawn.bytes().skip(place * 10).take(10).fold(0, |draw: usize, byte| draw.wrapping_mul(64).wrapping_add(usize::from(byte)));
        let phrase = (0..4).filter_map(|place| words.get(draw(place).checked_rem(words.len())?)).copied().collect::<Vec<_>>().join(" ");
        if phrase.chars().count() < SHORTEST_PASSWORD {
            continue;
        }
        common += usize::from(common_passwords::contains(&phrase));
        weak += usize::from(!passed(&phrase));
    }
    println!("of {count} passphrases of four words, {common} are taken for a common password and {weak} refused for any reason");
    Ok(())
}
