//! Running what is complete of a growing text: `sql.ingest`, which the platform has behind its experimental flag.

use super::{
    counts::Counts,
    failure::Trouble,
    split,
    statements::{Begin, Statements},
};

/// What came of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ingested {
    /// How many bytes of it were run.
    pub length: usize,
    /// How many statements that were.
    pub statements: u64,
    /// The rows they read and wrote.
    pub counts: Counts,
}

impl Statements {
    /// Runs every complete statement of a text.
    pub(super) fn ingest(&self, text: &str, begin: Begin<'_>) -> Result<Ingested, Trouble> {
        let mut ingested = Ingested { length: 0, statements: 0, counts: Counts::default() };
        while let Some(length) = split::complete_length(&text[ingested.length..]) {
            let end = ingested.length + length;
            let mut statement = self.prepare(&text[ingested.length..end], begin)?;
            self.run_once(&mut statement, begin)?;
            ingested.counts = ingested.counts.and(self.counts_of(&statement));
            ingested.length = end;
            ingested.statements += 1;
        }
        Ok(ingested)
    }
}
