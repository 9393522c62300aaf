//! The database on D1. Every batch goes to the primary: what it decides must not be read from a replica that lags.

use serde_json::Value as Json;
use worker::{D1Database, Error, send::SendFuture, wasm_bindgen::JsValue};

use crate::db::{Batch, Db, DbError, Pending, Stmt, Value};

/// The `DB` binding.
pub struct D1(pub D1Database);

impl Db for D1 {
    fn batch(&self, statements: Vec<Stmt>) -> Pending<'_, Result<Batch, DbError>> {
        Box::pin(SendFuture::new(async move { self.run(statements).await.map_err(|error| DbError::classify(&cause(&error))) }))
    }
}

impl D1 {
    async fn run(&self, statements: Vec<Stmt>) -> Result<Batch, Error> {
        let session = self.0.with_session(Some("first-primary"))?;
        let mut prepared = Vec::with_capacity(statements.len());
        for statement in statements {
            let binds: Vec<JsValue> = statement.binds.into_iter().map(js).collect();
            prepared.push(session.prepare(statement.sql).bind(&binds)?);
        }
        let mut batch = Batch::default();
        for result in session.batch(prepared).await? {
            batch.results.push(result.results::<Json>()?.into_iter().map(whole).collect());
            if let Some(meta) = result.meta()? {
                batch.rows_read += meta.rows_read.unwrap_or_default() as u64;
                batch.rows_written += meta.rows_written.unwrap_or_default() as u64;
            }
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

/// Whole numbers come back as floats; a row holds integers.
#[expect(clippy::cast_possible_truncation, reason = "checked to be whole and within 2^53")]
fn whole(mut row: Json) -> Json {
    if let Some(columns) = row.as_object_mut() {
        for column in columns.values_mut() {
            if let Some(number) = column.as_f64().filter(|number| column.is_f64() && number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0) {
                *column = Json::from(number as i64);
            }
        }
    }
    row
}

/// The database's own words. `Display` of a D1 error must not be used: it throws inside.
fn cause(error: &Error) -> String {
    match error {
        Error::D1(error) => error.cause(),
        Error::UnknownJsError { message, .. } => message.clone(),
        other => other.to_string(),
    }
}
