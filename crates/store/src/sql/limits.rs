//! The bounds within which a program's SQL runs. Source: workers-api.md 6.4.

use rusqlite::{Connection, Result, config::DbConfig, limits::Limit};

/// The platform's limits. What a limit counts is said by SQLite's documentation of `sqlite3_limit`.
const LIMITS: &[(Limit, i32)] = &[
    (Limit::SQLITE_LIMIT_LENGTH, 4 * 1024 * 1024),
    (Limit::SQLITE_LIMIT_SQL_LENGTH, 100_000),
    (Limit::SQLITE_LIMIT_COLUMN, 100),
    (Limit::SQLITE_LIMIT_EXPR_DEPTH, 100),
    (Limit::SQLITE_LIMIT_COMPOUND_SELECT, 5),
    (Limit::SQLITE_LIMIT_VDBE_OP, 25_000),
    (Limit::SQLITE_LIMIT_FUNCTION_ARG, 127),
    (Limit::SQLITE_LIMIT_ATTACHED, 0),
    (Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 50),
    (Limit::SQLITE_LIMIT_VARIABLE_NUMBER, 100),
    (Limit::SQLITE_LIMIT_TRIGGER_DEPTH, 10),
    (Limit::SQLITE_LIMIT_WORKER_THREADS, 0),
];

/// Applies the limits, and keeps SQL from damaging the file.
pub(super) fn apply(connection: &Connection) -> Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    // Counting instructions costs time; it begins when somebody wants to know.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_STMT_SCANSTATUS, false)?;
    for (limit, most) in LIMITS {
        connection.set_limit(*limit, *most)?;
    }
    Ok(())
}
