//! `holdfast objects`: what can be typed.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::values;
use crate::objects::Moment;

/// Look at the stored data of objects, change it, copy it
///
/// Beside a running server the work is done by the server, between the object's own events. Without one it is done on
/// the state folder itself.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Objects {
    #[command(subcommand)]
    pub(crate) what: What,

    /// Where objects keep their data [default: .holdfast/state beside the configuration]
    #[arg(long, value_name = "FOLDER", global = true)]
    pub(crate) persist_to: Option<PathBuf>,

    /// Configuration that tells where; may be repeated
    #[arg(long, short, value_name = "FILE", global = true)]
    pub(crate) config: Vec<PathBuf>,

    /// Environment of the configuration to use (env.NAME)
    #[arg(long, short, value_name = "NAME", env = "CLOUDFLARE_ENV", hide_env = true, global = true)]
    pub(crate) env: Option<String>,

    /// The class the object is of; needed for a name where there are several classes
    #[arg(long, value_name = "CLASS", global = true)]
    pub(crate) class: Option<String>,

    /// Answer in JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

/// An object is named by its id (64 hexadecimal digits) or by its name.
#[derive(Debug, Subcommand)]
pub(crate) enum What {
    /// All objects that have stored anything
    List,
    /// What an object has stored, in numbers
    Show {
        /// The object's id or name
        #[arg(value_name = "ID|NAME")]
        object: String,
    },
    /// Run SQL on an object's database
    Sql {
        /// The object's id or name
        #[arg(value_name = "ID|NAME")]
        object: String,
        /// One or more statements; the rows shown are the last one's
        #[arg(value_name = "SQL")]
        query: String,
    },
    /// Copy an object's database to a new file
    Export {
        /// The object's id or name
        #[arg(value_name = "ID|NAME")]
        object: String,
        /// The file to write
        #[arg(value_name = "FILE.sqlite")]
        file: PathBuf,
    },
    /// Make an object what it was at an earlier point
    Restore {
        /// The object's id or name
        #[arg(value_name = "ID|NAME")]
        object: String,
        /// The point: a time (2026-11-22T18:45:00Z), how long ago (10m), or a bookmark
        #[arg(long, value_name = "TIME|BOOKMARK", value_parser = values::moment)]
        at: Moment,
    },
    /// Replace an object's database by a file, or take in the objects of a folder that Miniflare, wrangler or workerd wrote
    #[command(
        override_usage = "holdfast objects import [OPTIONS] <ID|NAME> <FILE.sqlite>\n       holdfast objects import [OPTIONS] <FOLDER>"
    )]
    Import {
        /// The object's id or name, or the folder
        #[arg(value_name = "ID|NAME or FOLDER")]
        object: String,
        /// The file to read
        #[arg(value_name = "FILE.sqlite")]
        file: Option<PathBuf>,
    },
}

const EXAMPLES: &str = "\
Examples:
  holdfast objects list                     every object of this project
  holdfast objects show lobby               the object of that name
  holdfast objects sql lobby \"SELECT count(*) FROM messages\"
  holdfast objects export lobby lobby.sqlite
  holdfast objects restore lobby --at 10m   what it was ten minutes ago
  holdfast objects import .wrangler/state   what `wrangler dev` has stored

With several classes, say which one a name belongs to: --class Room";
