//! Ed25519 in software, for every process that is no worker.

use ed25519_compact::{KeyPair, Seed, Signature};

use crate::{core::db::Pending, core::ports::Signer, core::refusal::Fault};

/// The signer of tests and tools.
pub struct Software;

fn pair(seed: [u8; 32]) -> KeyPair {
    KeyPair::from_seed(Seed::new(seed))
}

impl Signer for Software {
    fn public(&self, seed: [u8; 32]) -> Pending<'_, Result<Vec<u8>, Fault>> {
        Box::pin(async move { Ok(pair(seed).pk.to_vec()) })
    }

    fn sign(&self, seed: [u8; 32], text: String) -> Pending<'_, Result<Vec<u8>, Fault>> {
        Box::pin(async move { Ok(pair(seed).sk.sign(text, None).to_vec()) })
    }

    fn verifies(&self, seed: [u8; 32], text: String, signature: Vec<u8>) -> Pending<'_, Result<bool, Fault>> {
        Box::pin(async move { Ok(Signature::from_slice(&signature).is_ok_and(|signature| pair(seed).pk.verify(text, &signature).is_ok())) })
    }
}
