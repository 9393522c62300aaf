//! The database on D1. Every batch goes to the primary: what it decides must not be read from a replica that lags.
//!
//! D1's objects are called directly and its answer comes over as one JSON text: whole numbers are then written as such (D1 itself hands
//! out floats), and no reader of JavaScript objects has to be in the worker.

use js_sys::{Array, Error, JSON, JsString};
use serde_json::Value as Json;
use wasm_bindgen_futures::JsFuture;
use worker::{
    send::SendFuture,
    wasm_bindgen::{JsCast, JsValue},
};
use worker_sys::D1Database;

use crate::{
    db::{Batch, Db, DbError, Pending, Stmt, Value},
    strict,
};

/// The `DB` binding.
pub struct D1(pub D1Database);

impl Db for D1 {
    fn batch(&self, statements: Vec<Stmt>) -> Pending<'_, Result<Batch, DbError>> {
        Box::pin(SendFuture::new(async move { self.run(statements).await.map_err(|error| DbError::classify(&cause(&error))) }))
    }
}

impl D1 {
    async fn run(&self, statements: Vec<Stmt>) -> Result<Batch, JsValue> {
        let session = self.0.with_session(Some("first-primary"))?;
        let prepared = Array::new();
        for statement in statements {
            let binds = statement.binds.into_iter().map(js).collect::<Array>();
            prepared.push(&session.session_prepare(&statement.sql)?.bind(binds)?.into());
        }
        let results = JsFuture::from(session.session_batch(prepared)?).await?;
        let text = String::from(JSON::stringify(&results)?);
        let mut batch = Batch::default();
        let Some(Json::Array(results)) = strict::parse(text.as_bytes()) else { return Err("an answer that is no list".into()) };
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
fn js(value: Value) -> JsValue {
    match value {
        Value::Null => JsValue::NULL,
        Value::Int(number) => JsValue::from_f64(number as f64),
        Value::Text(text) => JsValue::from_str(&text),
    }
}

/// The database's own words: those of the cause, where D1 gives one.
fn cause(error: &JsValue) -> String {
    let Some(error) = error.dyn_ref::<Error>() else { return JsString::from(error.clone()).into() };
    let words = error.cause().dyn_into::<Error>().map_or_else(|_| error.message(), |cause| cause.message());
    words.into()
}
