//! The database on D1. Every batch goes to the primary: what it decides must not be read from a replica that lags.
//!
//! The objects of `worker_sys` are called, not `worker::D1Database`: where the binding throws, its `prepare` panics, which also ends the other
//! requests of this isolate, and where the binding gives no promise, its `batch` never returns (tried on workerd).
//!
//! The rows of a statement are read as one JSON text, and only by the type that asks. So 50 people of 24 columns become structs in 0.12 ms, and in
//! 0.18 ms by `serde_wasm_bindgen`, which reads JavaScript's objects one by one (the best of four times a thousand, on workerd). In the text whole
//! numbers are written as whole numbers, too: D1 itself returns floats.

use std::time::Duration;

use js_sys::{Array, JSON, Reflect};
use worker::{
    send::SendFuture,
    wasm_bindgen::{JsCast, JsValue},
};
use worker_sys::D1Database;

use super::js;
use crate::core::db::{Batch, Db, DbError, Pending, Rows, Stmt, Value};

/// How long a batch is waited for. D1 ends one after 30 seconds by itself, so a batch given up here may still be carried out: its outcome is
/// unknown, and it is not undone. A repeat waits behind it, because the database runs one batch at a time.
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
        let answers = js::settled(&answering).await?.dyn_into::<Array>().ok().filter(|answers| answers.length() as usize == count);
        let [results, meta, rows_read, rows_written] = ["results", "meta", "rows_read", "rows_written"].map(JsValue::from_str);
        let mut batch = Batch::default();
        for answer in answers.ok_or("an answer that is no list of results")? {
            batch.results.push(rows(&Reflect::get(&answer, &results)?)?);
            // Figures to measure by: the batch is done whatever stands here.
            let meta = Reflect::get(&answer, &meta)?;
            batch.rows_read += figure(&meta, &rows_read);
            batch.rows_written += figure(&meta, &rows_written);
        }
        Ok(batch)
    }
}

/// The rows of a list of objects, and none for another value.
fn rows(results: &JsValue) -> Result<Rows, JsValue> {
    if results.dyn_ref::<Array>().is_none_or(|rows| rows.length() == 0) {
        return Ok(Rows::default());
    }
    // For a value that is no JSON, `stringify` gives `undefined`, which is no text.
    Ok(Rows(JSON::stringify(results)?.as_string().ok_or("rows that are no JSON")?))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count below 2^53, and `as` makes 0 of what is none")]
fn figure(meta: &JsValue, name: &JsValue) -> u64 {
    Reflect::get(meta, name).ok().and_then(|count| count.as_f64()).unwrap_or_default() as u64
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
