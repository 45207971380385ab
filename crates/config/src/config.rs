//! The resolved configuration: plain data, nothing left to look up.

use std::collections::BTreeMap;
use std::path::PathBuf;

use holdfast_core::schedule::Trigger;

/// One Worker, as its configuration and the chosen environment describe it. Paths are absolute.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// The file it was read from; the entry itself when there was no file.
    pub path: PathBuf,
    /// The project's folder: that of the file.
    pub root: PathBuf,
    /// The Worker's name; `<name>-<environment>` in an environment that names none itself.
    pub name: String,
    /// The chosen environment.
    pub environment: Option<String>,
    /// The entry module; it exists.
    pub main: PathBuf,
    /// What the file says about the entry's syntax; usually nothing, and the entry tells.
    pub format: Option<Format>,
    /// `YYYY-MM-DD`.
    pub compatibility_date: String,
    /// As written, in order.
    pub compatibility_flags: Vec<String>,
    /// Durable Object bindings.
    pub durable_objects: Vec<Binding>,
    /// Every migration in order. A file with `exports` has none.
    pub migrations: Vec<Migration>,
    /// This Worker's classes after all migrations (or by `exports`), and those that it binds without a migration.
    pub classes: Vec<Class>,
    /// Classes that a migration deleted or gave away, and that were not made again.
    pub deleted_classes: Vec<String>,
    /// Variables: `vars`, then `.dev.vars`, then the command line. A string is a text binding, anything else JSON.
    pub vars: BTreeMap<String, serde_json::Value>,
    /// The file's own rules, in order; the default rules are not among them.
    pub rules: Vec<Rule>,
    /// Module specifier to its replacement.
    pub alias: BTreeMap<String, String>,
    /// Identifier to the JavaScript expression that replaces it.
    pub define: BTreeMap<String, String>,
    /// How JSX is compiled.
    pub jsx: Jsx,
    /// A `tsconfig.json` other than the nearest one.
    pub tsconfig: Option<PathBuf>,
    /// Where to listen.
    pub dev: Dev,
    /// Bindings to other Workers.
    pub services: Vec<Service>,
    /// Cron expressions of `triggers`.
    pub crons: Vec<Trigger>,
    /// What one invocation may use.
    pub limits: Limits,
}

/// The syntax of an entry module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `export default { fetch() {} }`.
    Modules,
    /// `addEventListener("fetch", …)`.
    ServiceWorker,
}

/// A Durable Object namespace in `env`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// The property of `env`.
    pub name: String,
    /// The class the namespace makes objects of.
    pub class_name: String,
    /// The Worker that has the class; none when it is this one, even if the file spelled its name out.
    pub script_name: Option<String>,
}

/// A step in the life of the Worker's classes, applied once, known by its tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migration {
    /// Unique in the file.
    pub tag: String,
    /// What it does, in the order of application: deletions, renames, transfers, new classes.
    pub steps: Vec<Step>,
}

/// One change of a migration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// `deleted_classes`: the class and all its objects go.
    Deleted(String),
    /// `renamed_classes`: the objects stay, with their ids and data.
    Renamed {
        /// The old name.
        from: String,
        /// The new name.
        to: String,
    },
    /// `transferred_classes`: the objects of another Worker's class come here.
    Transferred {
        /// The class there.
        from: String,
        /// The other Worker.
        from_script: String,
        /// The class here.
        to: String,
    },
    /// `new_classes` and `new_sqlite_classes`.
    New {
        /// The class.
        class: String,
        /// What its objects store in.
        storage: Storage,
    },
}

/// What the objects of a class store in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Storage {
    /// Key-value and SQL (`new_sqlite_classes`).
    Sqlite,
    /// Key-value only (`new_classes`); SQL is refused.
    KeyValue,
}

/// A Durable Object class of this Worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    /// The exported class.
    pub name: String,
    /// What its objects store in.
    pub storage: Storage,
    /// The names it had before, the first one first. Its data may still be filed under any of them.
    pub formerly: Vec<String>,
    /// The Worker and class its objects were taken over from.
    pub transferred_from: Option<(String, String)>,
}

/// A wrangler rule: files that match become modules of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The kind of module.
    pub kind: RuleKind,
    /// File globs, relative to the project.
    pub globs: Vec<String>,
    /// Whether later rules of the kind, the default one included, still apply.
    pub fallthrough: bool,
}

/// The kinds of module a rule can make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are wrangler's")]
pub enum RuleKind {
    EsModule,
    CommonJs,
    CompiledWasm,
    Text,
    Data,
    PythonModule,
    PythonRequirement,
}

/// JSX settings; what is absent comes from `tsconfig.json` or the defaults.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Jsx {
    /// The function called for each element (`React.createElement`).
    pub factory: Option<String>,
    /// What a fragment is made of (`React.Fragment`).
    pub fragment: Option<String>,
}

/// The `dev` table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dev {
    /// An address or `localhost`.
    pub ip: Option<String>,
    /// The port.
    pub port: Option<u16>,
}

/// A binding to another Worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// The property of `env`.
    pub binding: String,
    /// The Worker's name.
    pub service: String,
    /// A named entrypoint of it; none for the default export.
    pub entrypoint: Option<String>,
    /// What the entrypoint finds as `ctx.props`.
    pub props: Option<serde_json::Value>,
}

/// The `limits` table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Limits {
    /// Processor time of one invocation, in milliseconds.
    pub cpu_ms: Option<u64>,
}
