//! What a program's statement may do. Source: workers-api.md 6.4.
//!
//! SQLite asks while it compiles a statement. The store's own statements, on the same connection, may do everything:
//! [`Guard::watch`] tells the two apart.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering::Relaxed},
};

use rusqlite::{
    Connection, Result,
    hooks::{AuthAction, AuthContext, Authorization},
};

use super::{functions, pragmas};

/// Whether a program may use this name. Those of the platform's own tables it may not.
pub(super) fn is_allowed_name(name: &str) -> bool {
    !name.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("_cf_"))
}

/// Shared with SQLite's callback, which wants it `Send`; all of it happens on one thread.
#[derive(Debug, Default)]
pub(super) struct Guard {
    watching: AtomicBool,
    saw_transaction: AtomicBool,
    saw_alter: AtomicBool,
    saw_switch: AtomicBool,
    saw_version: AtomicBool,
    saw_optimize: AtomicBool,
}

impl Guard {
    /// Puts a guard before every statement of a connection.
    pub(super) fn install(connection: &mut Connection) -> Result<Arc<Self>> {
        let guard = Arc::new(Self::default());
        let asked = Arc::clone(&guard);
        connection.authorizer(Some(move |context: AuthContext<'_>| {
            if asked.allows(&context) { Authorization::Allow } else { Authorization::Deny }
        }))?;
        Ok(guard)
    }

    /// Runs `work`, in which the program's own text is compiled or run.
    pub(super) fn watch<R>(&self, work: impl FnOnce() -> R) -> R {
        self.saw_transaction.store(false, Relaxed);
        self.saw_alter.store(false, Relaxed);
        self.saw_switch.store(false, Relaxed);
        self.saw_version.store(false, Relaxed);
        self.saw_optimize.store(false, Relaxed);
        let _watching = Watching::begin(&self.watching);
        work()
    }

    /// Whether a program's text is compiled or run now.
    pub(super) fn is_watching(&self) -> bool {
        self.watching.load(Relaxed)
    }

    /// Whether the statement just compiled would have begun or ended a transaction.
    pub(super) fn saw_transaction(&self) -> bool {
        self.saw_transaction.load(Relaxed)
    }

    /// Whether the statement just compiled changes a table's definition.
    pub(super) fn saw_alter(&self) -> bool {
        self.saw_alter.load(Relaxed)
    }

    /// Whether the statement just compiled is a pragma that shows or changes a switch of the connection.
    pub(super) fn saw_switch(&self) -> bool {
        self.saw_switch.load(Relaxed)
    }

    /// Whether the statement just compiled asks how often others changed the database.
    pub(super) fn saw_version(&self) -> bool {
        self.saw_version.load(Relaxed)
    }

    /// Whether the statement just compiled runs others that write, which SQLite does not count as its writing.
    pub(super) fn saw_optimize(&self) -> bool {
        self.saw_optimize.load(Relaxed)
    }

    fn allows(&self, context: &AuthContext<'_>) -> bool {
        if !self.watching.load(Relaxed) {
            return true;
        }
        let database = match context.action {
            AuthAction::AlterTable { database_name, .. } => {
                self.saw_alter.store(true, Relaxed);
                Some(database_name)
            }
            AuthAction::Detach { database_name } => Some(database_name),
            AuthAction::Pragma { pragma_name: "data_version", .. } => {
                self.saw_version.store(true, Relaxed);
                context.database_name
            }
            AuthAction::Pragma { pragma_name: "optimize", .. } => {
                self.saw_optimize.store(true, Relaxed);
                context.database_name
            }
            AuthAction::Read { table_name, .. } if table_name.eq_ignore_ascii_case("pragma_optimize") => {
                self.saw_optimize.store(true, Relaxed);
                context.database_name
            }
            AuthAction::Pragma { pragma_name, .. } if pragmas::is_switch(pragma_name) => {
                self.saw_switch.store(true, Relaxed);
                context.database_name
            }
            AuthAction::Transaction { .. } | AuthAction::Savepoint { .. } => {
                self.saw_transaction.store(true, Relaxed);
                return false;
            }
            _ => context.database_name,
        };
        match database {
            None | Some("main") => allows_in_main(&context.action),
            Some("temp") => match context.action {
                AuthAction::Read { table_name, .. } | AuthAction::Update { table_name, .. } => {
                    is_allowed_name(table_name)
                }
                _ => false,
            },
            Some(_) => false,
        }
    }
}

/// Ends when it is dropped, whatever happens: the store's own statements come next.
struct Watching<'a>(&'a AtomicBool);

impl<'a> Watching<'a> {
    fn begin(watching: &'a AtomicBool) -> Self {
        watching.store(true, Relaxed);
        Self(watching)
    }
}

impl Drop for Watching<'_> {
    fn drop(&mut self) {
        self.0.store(false, Relaxed);
    }
}

fn allows_in_main(action: &AuthAction<'_>) -> bool {
    match *action {
        // What is analysed says how many rows there are and nothing of what is in them; `PRAGMA optimize` needs it.
        AuthAction::Select | AuthAction::Recursive | AuthAction::Analyze { .. } => true,
        AuthAction::CreateTable { table_name }
        | AuthAction::Delete { table_name }
        | AuthAction::DropTable { table_name }
        | AuthAction::Insert { table_name }
        | AuthAction::Read { table_name, .. }
        | AuthAction::Update { table_name, .. }
        | AuthAction::AlterTable { table_name, .. } => is_allowed_name(table_name),
        AuthAction::CreateView { view_name } | AuthAction::DropView { view_name } => {
            is_allowed_name(view_name)
        }
        AuthAction::Reindex { index_name } => is_allowed_name(index_name),
        AuthAction::CreateIndex { index_name, table_name }
        | AuthAction::DropIndex { index_name, table_name } => {
            is_allowed_name(index_name) && is_allowed_name(table_name)
        }
        AuthAction::CreateTrigger { trigger_name, table_name }
        | AuthAction::DropTrigger { trigger_name, table_name } => {
            is_allowed_name(trigger_name) && is_allowed_name(table_name)
        }
        AuthAction::Pragma { pragma_name, pragma_value } => pragmas::is_allowed(pragma_name, pragma_value),
        AuthAction::Function { function_name } => functions::is_allowed(function_name),
        AuthAction::CreateVtable { table_name, module_name }
        | AuthAction::DropVtable { table_name, module_name } => {
            let known = ["fts5", "fts5vocab", "rtree", "rtree_i32"];
            known.iter().any(|known| module_name.eq_ignore_ascii_case(known)) && is_allowed_name(table_name)
        }
        // ATTACH and DETACH, temporary tables, and what newer versions of SQLite may ask.
        _ => false,
    }
}
