//! The database on D1. Every batch goes to the primary: what it decides must not be read from a replica that lags.
//!
//! The objects of `worker_sys` are called, not `worker::D1Database`: where the binding throws, its `prepare` panics, which also ends the other
//! requests of this isolate, and where the binding gives no promise, its `batch` never returns (tried on workerd).
//!
//! The answer is read as one JSON text. So 50 people of 24 columns become rows in 0.19 ms, and in 0.49 ms by `serde_wasm_bindgen`, which reads
//! JavaScript's objects one by one (as structs: 0.12 and 0.18 ms; the best of four times a thousand, on workerd). In the text whole numbers are
//! written as whole numbers, too: D1 itself returns floats.

use std::time::Duration;

use js_sys::{Array, JSON};
use serde::Deserialize;
use serde_json::Value as Json;
use worker::{send::SendFuture, wasm_bindgen::JsValue};
use worker_sys::D1Database;

use super::js;
use crate::core::db::{Batch, Db, DbError, Pending, Stmt, Value};

/// How long a batch is waited for. D1 ends one after 30 seconds by itself, so a batch given up here may still be carried out: its outcome is
/// unknown, and it is not undone. A repeat waits behind it, because the database runs one batch at a time.
const PATIENCE: Duration = Duration::from_secs(10);

/// What D1 answers to one statement, as far as it is read.
#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    results: Json,
    /// Figures to measure by: the batch is done whatever stands here.
    #[serde(default)]
    meta: Json,
}

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
        // For a value that is no JSON, `stringify` gives `undefined`, which is no text.
        let text = JSON::stringify(&results)?.as_string().unwrap_or_default();
        let answers = serde_json::from_str::<Vec<Answer>>(&text).ok().filter(|answers| answers.len() == count);
        let mut batch = Batch::default();
        for answer in answers.ok_or("an answer that is no list of results")? {
            let figure = |name: &str| answer.meta.get(name).and_then(Json::as_u64).unwrap_or_default();
            batch.rows_read += figure("rows_read");
            batch.rows_written += figure("rows_written");
            batch.results.push(if let Json::Array(rows) = answer.results { rows } else { Vec::new() });
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
