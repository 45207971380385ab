//! A Worker project's configuration: `wrangler.toml`, `wrangler.json` or `wrangler.jsonc` in, one plain and fully
//! resolved [`Config`] out.
//!
//! Promises, to the commands: what [`load`] returns needs no second look at the files. The environment is chosen and its
//! inheritance applied, the entry exists, every binding names a class, the classes are those that remain after all
//! migrations, `.dev.vars` is merged in. What cannot be understood is an [`Error`] with file, line, column and what to
//! try; what is understood but not done yet is a [`Warning`].
//!
//! It knows no engine, starts no program, prints nothing, and touches no file but to read it.

mod config;
mod diagnostic;
mod document;
mod dotenv;
mod entry;
mod find;
mod keys;
mod layers;
mod load;
mod objects;
mod section;

pub use config::{
    Binding, Class, Config, Dev, Format, Jsx, Limits, Migration, Rule, RuleKind, Service, Step, Storage,
};
pub use diagnostic::{Diagnostic, Error, Place, Warning};
pub use find::find;
pub use load::{LoadOptions, Loaded, load, load_script};

/// The compatibility date of a program that names none (the platform's default for uploads without one).
pub const DEFAULT_COMPATIBILITY_DATE: &str = "2021-11-02";

/// The name of a Worker whose configuration names none, as `wrangler dev` has it.
pub const DEFAULT_NAME: &str = "worker";
