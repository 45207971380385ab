//! SQL on an object's handle.

use std::rc::Rc;

use super::{
    Counting, Cursor, Ingested, Statements, Trouble, Value,
    statements::{Begin, Intent},
};
use crate::{durability::Missing, object::Object};

/// Bytes in a page.
const FIRST_PAGE: u64 = 4096;

impl Object {
    /// Runs a text of one or more statements. Only the last may have parameters, and its rows are the cursor's. Writes
    /// are part of the transaction, and `writes` is called before the first. On failure, what earlier statements of the
    /// text wrote stays.
    pub fn sql(
        &self,
        text: &str,
        bindings: &[Value],
        counting: Counting,
        writes: &dyn Fn(),
    ) -> Result<Cursor, Trouble> {
        self.with_statements(writes, |statements, begin| statements.execute(text, bindings, counting, begin))
    }

    /// Runs every complete statement of a text.
    pub fn sql_ingest(&self, text: &str, writes: &dyn Fn()) -> Result<Ingested, Trouble> {
        self.with_statements(writes, |statements, begin| statements.ingest(text, begin))
    }

    /// How much of the database is in use, in bytes.
    pub fn database_size(&self) -> Result<u64, Trouble> {
        self.with_statements(&|| (), |_, _| {
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
            // The platform makes the first page with the file.
            Ok(size?.unsigned_abs().max(FIRST_PAGE))
        })
    }

    /// Bounds the size of the database, so that a test can fill it.
    pub fn set_page_count_max(&self, pages: u32) -> Result<(), Trouble> {
        self.with_statements(&|| (), |_, _| {
            Ok(self
                .with_database(|database| database.connection.pragma_update(None, "max_page_count", pages))?)
        })
    }

    fn with_statements<R>(
        &self,
        writes: &dyn Fn(),
        work: impl FnOnce(&Rc<Statements>, Begin<'_>) -> Result<R, Trouble>,
    ) -> Result<R, Trouble> {
        let fatal = self.statements().and_then(|statements| statements.fatal());
        if let Some(failure) = fatal {
            return Err(Trouble::Statement(failure));
        }
        self.usable()?;
        self.open(Missing::Create)?;
        let statements = self.statements().expect("the database was just opened");
        let begin = |intent: Intent| {
            if intent == Intent::Switch && !self.savepoints().are_open() {
                return Ok(());
            }
            writes();
            Ok(self.begin("write to")?)
        };
        work(&statements, &begin).map_err(|trouble| match statements.fatal() {
            Some(failure) => {
                let error = failure.to_error(self.break_off("write to"));
                Trouble::Fatal(failure, error)
            }
            None => trouble,
        })
    }
}
