//! Prints the `OpenAPI` document: `cargo run --bin openapi > openapi.json`. A test fails when the checked-in one differs.

#[expect(clippy::print_stdout, reason = "that is what it is for")]
fn main() {
    println!("{}", portineria::router::document());
}
