//! How many rows a statement read and wrote, as the platform counts them: `rowsRead` and `rowsWritten`.
//!
//! The platform's SQLite has counters of its own inside certain instructions. Ours counts how often each instruction ran;
//! which instructions of a statement read or write a row is looked up once. Where an instruction does so only sometimes
//! (an index is searched for a key that is not there) the count can be higher than the platform's.

use std::rc::Rc;

use rusqlite::{Connection, Result, StatementStatus, ToSql, config::DbConfig, types::ToSqlOutput};

use super::statement::Compiled;
use crate::sqlite::Handle;

/// Whether rows are counted. It takes a few microseconds a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counting {
    /// They are not; the counts are 0.
    Off,
    /// They are.
    On,
}

/// Rows read and written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows read: of tables and indexes, and of what was sorted.
    pub read: u64,
    /// Rows written: to tables and to each index.
    pub written: u64,
}

impl Counts {
    pub(super) fn since(self, start: Self) -> Self {
        Self {
            read: self.read.saturating_sub(start.read),
            written: self.written.saturating_sub(start.written),
        }
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self { read: self.read + other.read, written: self.written + other.written }
    }
}

/// What an instruction does with rows each time it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    Nothing,
    Reads,
    /// Searches an index for a key and reads a row if it finds one: then the instruction at this place runs too.
    ReadsIfFound(usize),
    /// Goes to the end of an index, and reads a row if it is not there already: about twice.
    GoesToEnd,
    /// Reads all rows of the table whose root is this page.
    ReadsAll(i64),
    Writes,
    /// Empties a table.
    WritesChanges,
}

/// Counts the rows of one compiled statement, all its runs together.
#[derive(Debug)]
pub(super) struct Meter {
    compilations: i32,
    effects: Rc<[Effect]>,
}

impl Meter {
    /// Looks at the instructions of a statement.
    fn new(connection: &Connection, statement: &Compiled, handle: Handle) -> Result<Self> {
        let mut query = connection.prepare_cached("SELECT addr, opcode, p1, p2, p3, p5 FROM bytecode(?1)")?;
        let rows = query.query_map([Pointer(handle)], |row| {
            Ok(Instruction {
                address: row.get(0)?,
                opcode: row.get(1)?,
                p1: row.get(2)?,
                p2: row.get(3)?,
                p3: row.get(4)?,
                p5: row.get(5)?,
            })
        })?;
        let instructions: Vec<Instruction> = rows.collect::<Result<_>>()?;
        let mut effects = Vec::with_capacity(instructions.len());
        let mut rest = &instructions[..];
        // Triggers and foreign keys have programs of their own behind the main one.
        while !rest.is_empty() {
            let end = rest[1..].iter().position(|one| one.address == 0).map_or(rest.len(), |at| at + 1);
            let start = effects.len();
            let (program, others) = rest.split_at(end);
            effects.extend((0..end).map(|at| effect(program, at, start)));
            rest = others;
        }
        Ok(Self { compilations: statement.compilations(), effects: effects.into() })
    }

    /// All rows so far.
    fn read(&self, connection: &Connection, statement: &Compiled, handle: Handle) -> Result<Counts> {
        let mut query = connection.prepare_cached("SELECT nexec FROM bytecode(?1)")?;
        let runs: Vec<u64> = query
            .query_map([Pointer(handle)], |row| row.get(0).map(i64::unsigned_abs))?
            .collect::<Result<_>>()?;
        let steps = statement.status(StatementStatus::FullscanStep)
            + statement.status(StatementStatus::AutoIndex)
            + handle.index_steps(statement);
        let mut counts = Counts { read: u64::from(steps.unsigned_abs()), written: 0 };
        for (effect, times) in self.effects.iter().zip(&runs).filter(|(_, times)| **times > 0) {
            match *effect {
                Effect::Nothing => {}
                Effect::Reads => counts.read += times,
                Effect::ReadsIfFound(at) => counts.read += times.min(runs.get(at).unwrap_or(times)),
                Effect::GoesToEnd => counts.read += times.min(&2),
                Effect::ReadsAll(root) => counts.read += times * rows_of(connection, root)?,
                Effect::Writes => counts.written += times,
                Effect::WritesChanges => counts.written += connection.changes(),
            }
        }
        Ok(counts)
    }
}

/// Makes SQLite count from now on.
pub(super) fn begin(connection: &Connection) -> Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_STMT_SCANSTATUS, true).map(drop)
}

/// All rows a statement read and wrote so far. `meter` is kept with it. A statement that cannot be looked at has none.
pub(super) fn total(connection: &Connection, statement: &Compiled, meter: &mut Option<Meter>) -> Counts {
    let Some(handle) = statement.handle() else { return Counts::default() };
    // It touches no row, and looking at it would be a transaction of its own, whose end turns some switches off.
    if statement.is_switch {
        return Counts::default();
    }
    let known = meter.take().filter(|meter| meter.compilations == statement.compilations());
    let known = known.map_or_else(|| Meter::new(connection, statement, handle), Ok);
    known.and_then(|known| meter.insert(known).read(connection, statement, handle)).unwrap_or_default()
}

struct Instruction {
    address: i64,
    opcode: String,
    p1: i64,
    p2: i64,
    p3: i64,
    p5: i64,
}

/// Flags of instructions: a deletion or insertion that counts as a change, one that does nothing, a cursor that only
/// looks for keys that are equal.
const COUNTS_AS_CHANGE: i64 = 0x01;
const DOES_NOTHING: i64 = 0x40;
const LOOKS_FOR_EQUAL: i64 = 0x02;

fn effect(program: &[Instruction], at: usize, start: usize) -> Effect {
    let one = &program[at];
    let opened = |opcodes: &[&str], flag: i64| {
        program.iter().any(|other| {
            other.p1 == one.p1
                && opcodes.contains(&other.opcode.as_str())
                && (flag == 0 || other.p5 & flag != 0)
        })
    };
    let is_temporary = || opened(&["OpenEphemeral", "OpenAutoindex", "OpenDup"], 0);
    match one.opcode.as_str() {
        "SeekGE" | "SeekLE"
            if program.get(at + 1).is_some_and(|next| matches!(next.opcode.as_str(), "IdxGT" | "IdxLT"))
                && opened(&["OpenRead", "OpenWrite", "ReopenIdx"], LOOKS_FOR_EQUAL) =>
        {
            Effect::ReadsIfFound(start + at + 2)
        }
        "SeekGE" | "SeekLE" | "SeekGT" | "SeekLT" | "SeekRowid" | "NotExists" | "Last" | "Rewind"
        | "Sort" | "SorterSort" | "VNext" => Effect::Reads,
        "SeekEnd" => Effect::GoesToEnd,
        "Count" if one.p3 == 0 => program
            .iter()
            .find(|other| other.p1 == one.p1 && other.opcode == "OpenRead")
            .map_or(Effect::Nothing, |open| Effect::ReadsAll(open.p2)),
        "Insert" if one.p5 & DOES_NOTHING == 0 && !is_temporary() => Effect::Writes,
        "Delete" if one.p2 & COUNTS_AS_CHANGE != 0 && !is_temporary() => Effect::Writes,
        "IdxInsert" if !is_temporary() => Effect::Writes,
        "VUpdate" => Effect::Writes,
        "Clear" if one.p3 != 0 => Effect::WritesChanges,
        _ => Effect::Nothing,
    }
}

/// How many rows the table has whose root, or whose index's root, is a page.
fn rows_of(connection: &Connection, root: i64) -> Result<u64> {
    let table: String = connection
        .prepare_cached(
            "SELECT '\"' || replace(tbl_name, '\"', '\"\"') || '\"' FROM sqlite_master WHERE rootpage = ?1",
        )?
        .query_row([root], |row| row.get(0))?;
    let count = connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))?;
    Ok(i64::unsigned_abs(count))
}

struct Pointer(Handle);

impl ToSql for Pointer {
    fn to_sql(&self) -> Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Pointer((self.0.pointer(), c"stmt-pointer", None)))
    }
}
