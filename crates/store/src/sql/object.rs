//! SQL on an object's handle.

use std::rc::Rc;

use super::{Cursor, Failure, Ingested, Statements, Value};
use crate::{durability::Missing, object::Object};

impl Object {
    /// Runs a text of one or more statements. Only the last may have parameters, and its rows are the cursor's. Writes
    /// are part of the transaction. On failure, what earlier statements of the text wrote stays.
    pub fn sql(&self, text: &str, bindings: &[Value]) -> Result<Cursor, Failure> {
        self.with_statements(|statements, begin| statements.execute(text, bindings, begin))
    }

    /// Runs every complete statement of a text.
    pub fn sql_ingest(&self, text: &str) -> Result<Ingested, Failure> {
        self.with_statements(|statements, begin| statements.ingest(text, begin))
    }

    /// How much of the database is in use, in bytes.
    pub fn database_size(&self) -> Result<u64, Failure> {
        self.with_statements(|_, _| {
            let size = self.with_database(|database| {
                database
                    .connection
                    .prepare_cached(
                        "SELECT ((SELECT page_count FROM pragma_page_count)
                               - (SELECT freelist_count FROM pragma_freelist_count))
                              * (SELECT page_size FROM pragma_page_size)",
                    )?
                    .query_row([], |row| row.get::<_, i64>(0))
            });
            size.map(i64::unsigned_abs).map_err(Failure::from)
        })
    }

    /// Bounds the size of the database, so that a test can fill it.
    pub fn set_page_count_max(&self, pages: u32) -> Result<(), Failure> {
        self.with_statements(|_, _| {
            self.with_database(|database| database.connection.pragma_update(None, "max_page_count", pages))
                .map_err(Failure::from)
        })
    }

    fn with_statements<R>(
        &self,
        work: impl FnOnce(&Rc<Statements>, &dyn Fn() -> Result<(), Failure>) -> Result<R, Failure>,
    ) -> Result<R, Failure> {
        let failed = |error: crate::Error| Failure::new(error.to_string());
        if let Some(statements) = self.statements()
            && let Some(fatal) = statements.fatal()
        {
            return Err(fatal);
        }
        self.usable().map_err(failed)?;
        self.open(Missing::Create).map_err(failed)?;
        let statements = self.statements().expect("the database was just opened");
        let outcome = work(&statements, &|| self.begin("write to").map_err(failed));
        if outcome.is_err() && statements.fatal().is_some() {
            self.break_off();
        }
        outcome
    }
}
