//! A filter of the commonest passwords that are long enough to be accepted otherwise.
//!
//! `common_passwords.bin` is made by `scripts/common-passwords` from a public list of the million commonest: each of 15 characters and more,
//! in lower case, by 64 bits of its SHA-256, in a binary fuse filter of 16 bits. It finds every one of them, and takes another password for one
//! of them about twice in 65,536 times. The list itself is not here, and cannot be read out of the filter.
//!
//! A password is one of them in any case of its letters, also with digits and signs after it (`thisisapassword1`).

use sha2::{Digest, Sha256};
use xorf::{BinaryFuse16, BinaryFuse16Ref, DmaSerializable, Filter, FilterRef};

use crate::{core::letters::nfc, core::vocabulary::SHORTEST_PASSWORD};

/// The filter reads its 16 bits in place, so they start at an even address.
#[repr(align(2))]
struct Aligned<T: ?Sized>(T);

static FILTER: &Aligned<[u8]> = &Aligned(*include_bytes!("common_passwords.bin"));

/// The form that is compared: NFC, in lower case.
fn normal(password: &str) -> String {
    nfc(&password.to_lowercase())
}

fn key(normal: &str) -> u64 {
    Sha256::digest(normal.as_bytes()).iter().take(8).fold(0, |key, byte| key << 8 | u64::from(*byte))
}

/// Whether the password is one of the commonest.
#[must_use]
pub fn contains(password: &str) -> bool {
    let Some((descriptor, fingerprints)) = FILTER.0.split_at_checked(BinaryFuse16::DESCRIPTOR_LEN) else { return false };
    let filter = BinaryFuse16Ref::from_dma(descriptor, fingerprints);
    let normal = normal(password);
    let stem = normal.trim_end_matches(|c: char| !c.is_alphabetic());
    filter.contains(&key(&normal)) || stem.len() < normal.len() && stem.chars().count() >= SHORTEST_PASSWORD && filter.contains(&key(stem))
}

/// The filter of a list with one password a line, and how many different passwords of it are long enough.
///
/// # Errors
/// When no filter can be made.
#[cfg(not(target_arch = "wasm32"))]
pub fn build(list: &str) -> Result<(Vec<u8>, usize), &'static str> {
    let mut keys: Vec<u64> = list.lines().map(normal).filter(|password| password.chars().count() >= SHORTEST_PASSWORD).map(|password| key(&password)).collect();
    keys.sort_unstable();
    keys.dedup();
    let filter = BinaryFuse16::try_from(&keys)?;
    let mut bytes = vec![0; BinaryFuse16::DESCRIPTOR_LEN];
    filter.dma_copy_descriptor_to(&mut bytes);
    bytes.extend(filter.fingerprints.iter().flat_map(|fingerprint| fingerprint.to_le_bytes()));
    Ok((bytes, keys.len()))
}

#[cfg(test)]
mod tests {
    use super::{build, contains, key};

    /// Every two-hundredth password of the list that is long enough.
    const SAMPLE: &str = include_str!("common_passwords_sample.txt");

    #[test]
    fn the_commonest_are_known_in_any_case() {
        assert!(SAMPLE.lines().count() >= 45);
        for password in SAMPLE.lines() {
            assert!(contains(password) && contains(&password.to_uppercase()), "{password}");
        }
    }

    #[test]
    fn one_with_digits_and_signs_after_it_is_no_other() {
        for password in ["thisisapassword", "thisisapassword1", "ThisIsAPassword2026!"] {
            assert!(contains(password), "{password}");
        }
        assert!(!contains("thisisapassphrase1"));
    }

    #[test]
    fn a_filter_knows_each_long_line_of_its_list() {
        let list = (0..1_000).map(|number| format!("Common Password Number {number}\nshort{number}")).collect::<Vec<_>>().join("\n");
        let (bytes, count) = build(&list).unwrap();
        assert_eq!(count, 1_000);
        assert_eq!(build(&list).unwrap().0, bytes, "made twice, it is the same");
    }

    #[test]
    fn of_random_passphrases_fewer_than_one_in_ten_thousand_are_refused() {
        let refused = (0..200_000).filter(|number| contains(&passphrase(*number))).count();
        assert!(refused < 20, "{refused} of 200,000");
    }

    /// Four made-up words that follow from a number.
    fn passphrase(number: u64) -> String {
        let mut bits = key(&format!("passphrase {number}"));
        let mut letters = |count: usize| -> String {
            (0..count)
                .map(|place| {
                    let of = if place % 2 == 0 { "bcdfglmnprstvz" } else { "aeiou" };
                    let letter = usize::try_from(bits % of.len() as u64).unwrap();
                    bits /= of.len() as u64;
                    of.chars().nth(letter).unwrap()
                })
                .collect()
        };
        [4, 5, 4, 3].map(&mut letters).join(" ")
    }
}
