//! The token copies on Workers KV.

use worker::{kv::KvStore, send::SendFuture};

use crate::{
    db::Pending,
    ports::{Tokens, TokensDown},
};

/// The `TOKENS` binding.
pub struct Kv(pub KvStore);

fn down(error: impl std::fmt::Display) -> TokensDown {
    TokensDown(error.to_string())
}

impl Tokens for Kv {
    fn put(&self, key: String, value: String, ttl_seconds: u64) -> Pending<'_, Result<(), TokensDown>> {
        Box::pin(SendFuture::new(async move { self.0.put(&key, value).map_err(down)?.expiration_ttl(ttl_seconds).execute().await.map_err(down) }))
    }

    fn get(&self, key: String) -> Pending<'_, Result<Option<String>, TokensDown>> {
        Box::pin(SendFuture::new(async move { self.0.get(&key).text().await.map_err(down) }))
    }

    fn delete(&self, key: String) -> Pending<'_, Result<(), TokensDown>> {
        Box::pin(SendFuture::new(async move { self.0.delete(&key).await.map_err(down) }))
    }
}
