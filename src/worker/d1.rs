//! The database on D1. Every batch goes to the primary: what it decides must not be read from a replica that lags.
//!
//! D1's objects are called directly and its answer comes over as one JSON text: whole numbers are then written as such (D1 itself hands
//! out floats), and no reader of JavaScript objects has to be in the worker.

use std::time::Duration;

use js_sys::{Array, JSON};
use serde_json::Value as Json;
use worker::{send::SendFuture, wasm_bindgen::JsValue};
use worker_sys::D1Database;

use super::js;
use crate::{
    core::db::{Batch, Db, DbError, Pending, Stmt, Value},
    core::decode,
};

/// A batch is waited for this long. D1 ends one after 30 seconds by itself, so a batch given up here may still be carried out: what it was
/// to change is then unknown, never undone. A repetition waits behind it, for the database does one thing at a time.
const PATIENCE: Duration = Duration::from_secs(10);

/// The `DB` binding.
pub struct D1(pub D1Database);

impl Db for D1 {
    fn batch(&self, statements: Vec<Stmt>) -> Pending<'_, Result<Batch, DbError>> {
        Box::pin(SendFuture::new(async move { js::within(PATIENCE, self.run(statements)).await.map_err(|error| DbError::classify(&js::words(&error))) }))
    }
}

impl D1 {
    async fn run(&self, statements: Vec<Stmt>) -> Result<Batch, JsValue> {
        let session = self.0.with_session(Some("first-primary"))?;
        let (prepared, count) = (Array::new(), statements.len());
        for statement in statements {
            let binds = statement.binds.into_iter().map(js_value).collect::<Array>();
            prepared.push(&session.session_prepare(&statement.sql)?.bind(binds)?.into());
        }
        let answering: JsValue = session.session_batch(prepared)?.into();
        let results = js::settled(&answering).await?;
        // Of what is no list nothing is written, not even a text.
        let text = JSON::stringify(&results)?.as_string().unwrap_or_default();
        let mut batch = Batch::default();
        let Some(results) = decode::copy::<Vec<Json>>(&text).filter(|results| results.len() == count) else {
            return Err("an answer that is no list of results".into());
        };
        for mut result in results {
            let figure = |name: &str| result.pointer(name).and_then(Json::as_u64).unwrap_or_default();
            batch.rows_read += figure("/meta/rows_read");
            batch.rows_written += figure("/meta/rows_written");
            batch.results.push(match result.get_mut("results").map(Json::take) {
                Some(Json::Array(rows)) => rows,
                _ => Vec::new(),
            });
        }
        Ok(batch)
    }
}

/// D1 binds every number as a REAL; ours stay within 2^53, where that loses nothing.
#[expect(clippy::cast_precision_loss, reason = "within 2^53")]
fn js_value(value: Value) -> JsValue {
    match value {
        Value::Null => JsValue::NULL,
        Value::Int(number) => JsValue::from_f64(number as f64),
        Value::Text(text) => JsValue::from_str(&text),
    }
}
