//! What an object has stored, in a few numbers, for people.

use holdfast_core::alarm::Time;

use super::Object;
use crate::error::Result;

/// What is in an object's database.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// How long the database is.
    pub bytes: u64,
    /// How many keys there are.
    pub keys: u64,
    /// The program's tables by name, with the number of their rows where it can be told.
    pub tables: Vec<(String, Option<u64>)>,
    /// When the alarm is due.
    pub alarm: Option<Time>,
    /// The object's name, where it is stored.
    pub name: Option<String>,
}

impl Object {
    /// Looks at all that is stored. `None` when nothing is.
    pub fn summary(&self) -> Result<Option<Summary>> {
        self.reading("read from", |database| {
            let number = |sql: &str| {
                database.connection.query_row(sql, [], |row| row.get::<_, i64>(0)).map(i64::unsigned_abs)
            };
            let mut names = database.connection.prepare(
                "SELECT name, '\"' || replace(name, '\"', '\"\"') || '\"' FROM sqlite_master
                 WHERE type = 'table' AND name NOT LIKE '^_cf^_%' ESCAPE '^' AND name NOT LIKE 'sqlite^_%' ESCAPE '^'
                 ORDER BY name",
            )?;
            let names = names.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
            let names = names.collect::<rusqlite::Result<Vec<_>>>()?;
            Ok(Summary {
                bytes: number("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")?,
                keys: if database.has_keys() { number("SELECT count(*) FROM _cf_KV")? } else { 0 },
                tables: names
                    .into_iter()
                    // A virtual table need not be able to count.
                    .map(|(name, quoted)| (name, number(&format!("SELECT count(*) FROM {quoted}")).ok()))
                    .collect(),
                alarm: database.alarm()?,
                name: database.name()?,
            })
        })
    }
}
