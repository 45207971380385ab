//! What can be typed, and what it means.
//!
//! Promises, to `main`: a parsed command has nothing left to check that can be checked without reading a file. What
//! `wrangler dev` accepts is accepted; what of it means nothing here is dropped, with a remark where that could surprise.

mod exit;
mod objects;
mod projects;
mod values;
mod websockets;
mod wrangler;

use std::ffi::OsString;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};

pub(crate) use exit::Exit;
pub(crate) use objects::{Objects, What};

/// The port of `wrangler dev`, and ours.
const DEFAULT_PORT: u16 = 8787;

/// Runs Cloudflare Workers programs with Durable Objects and WebSockets on your own machine.
#[derive(Debug, Parser)]
#[command(name = "holdfast", version, disable_version_flag = true, after_help = exit::HELP, max_term_width = 110)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,

    /// Print the version
    #[arg(short = 'V', short_alias = 'v', long, action = ArgAction::Version)]
    version: Option<bool>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Dev(Box<Dev>),
    Init(Init),
    Check(Check),
    Objects(Objects),
}

/// Run a project, and run it again whenever one of its files changes
///
/// The project is the wrangler.json, wrangler.jsonc or wrangler.toml in this folder or the nearest one above.
#[derive(Debug, Args)]
#[command(after_help = DEV_EXAMPLES)]
pub(crate) struct Dev {
    #[command(flatten)]
    pub(crate) project: Project,

    /// Port to listen on; 0 takes any free one [default: 8787]
    #[arg(long, value_name = "PORT")]
    pub(crate) port: Option<u16>,

    /// Address to listen on; 0.0.0.0 lets other machines in [default: 127.0.0.1]
    #[arg(long, value_name = "ADDRESS", value_parser = values::address)]
    pub(crate) ip: Option<IpAddr>,

    /// Where objects keep their data [default: .holdfast/state beside the first configuration]
    #[arg(long, value_name = "FOLDER")]
    pub(crate) persist_to: Option<PathBuf>,

    /// Let an object sleep after this time without events; its WebSockets stay open (10s, 500ms)
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = values::duration)]
    pub(crate) hibernate_after: Duration,

    /// Forget an object that nobody calls or is connected to after this time, whatever timers it has (70s, 500ms)
    #[arg(long, value_name = "TIME", default_value = "70s", value_parser = values::duration)]
    pub(crate) evict_after: Duration,

    /// Let what is given to waitUntil() go on for this long after the response (30s, 500ms)
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = values::duration)]
    pub(crate) wait_until_limit: Duration,

    /// Stop a program that computes for longer than this in one event (30s, 500ms)
    #[arg(long, value_name = "TIME", value_parser = values::duration)]
    pub(crate) cpu_limit: Option<Duration>,

    /// Let a Worker hold this much memory on each thread; its objects there are reset when it holds more (256MB)
    #[arg(long, value_name = "SIZE", default_value = "128MB", value_parser = values::memory)]
    pub(crate) memory_limit: usize,

    /// Refuse a call that waits for its object for longer than this, as overloaded (60s, 500ms)
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = values::duration)]
    pub(crate) call_wait_limit: Duration,

    /// Refuse calls to one object beyond this many within ten seconds, as overloaded [default: no limit]
    #[arg(long, value_name = "NUMBER")]
    pub(crate) call_rate_limit: Option<NonZeroU32>,

    #[command(flatten)]
    pub(crate) websockets: websockets::WebSockets,

    /// Believe the X-Forwarded-For of clients from this network (10.0.0.0/8); may be repeated
    #[arg(long, value_name = "NETWORK")]
    pub(crate) trusted_proxy: Vec<holdfast_edge::http::Network>,

    /// Fire a cron trigger on request: /__scheduled?cron=*+*+*+*+* and /cdn-cgi/handler/scheduled?cron=…&time=…
    #[arg(long)]
    pub(crate) test_scheduled: bool,

    /// Give programs a global gc(), which collects garbage at once, for their tests
    #[arg(long, hide_short_help = true)]
    pub(crate) expose_gc: bool,

    /// Threads that run programs [default: one per core]
    #[arg(long, value_name = "NUMBER")]
    pub(crate) threads: Option<NonZeroUsize>,

    /// How to write the log: for people, or one JSON object per line
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) log_format: LogFormat,

    /// The least important lines to show
    #[arg(long, value_name = "LEVEL", default_value = "log")]
    pub(crate) log_level: LogLevel,
}

/// Start a new project from a template
#[derive(Debug, Args)]
#[command(after_help = crate::init::help())]
pub(crate) struct Init {
    /// Folder of the new project; its name becomes the Worker's
    #[arg(value_name = "FOLDER")]
    pub(crate) folder: PathBuf,

    /// What to start with
    #[arg(long, short, value_name = "NAME", default_value = crate::init::DEFAULT_TEMPLATE,
          value_parser = crate::init::template_names())]
    pub(crate) template: String,
}

/// Read a project as `dev` does, without running it, and say what is wrong
#[derive(Debug, Args)]
#[command(after_help = CHECK_EXAMPLES)]
pub(crate) struct Check {
    #[command(flatten)]
    pub(crate) project: Project,
}

/// Which project, and what of its configuration to replace.
#[derive(Debug, Args)]
pub(crate) struct Project {
    /// The program's entry, when the configuration names another or there is none
    #[arg(value_name = "SCRIPT")]
    pub(crate) script: Option<PathBuf>,

    /// Configuration to use; repeated, the first Worker answers and the others are reached by their names
    #[arg(long, short, value_name = "FILE")]
    pub(crate) config: Vec<PathBuf>,

    /// Environment of the configuration to use (env.NAME)
    #[arg(long, short, value_name = "NAME", env = "CLOUDFLARE_ENV", hide_env = true)]
    pub(crate) env: Option<String>,

    /// A variable for the program, as GREETING:hello; may be repeated
    #[arg(long, value_name = "NAME:VALUE", num_args = 1.., value_parser = values::pair)]
    pub(crate) var: Vec<(String, String)>,

    /// The Worker's name
    #[arg(long, value_name = "NAME", hide_short_help = true)]
    pub(crate) name: Option<String>,

    /// The date whose behaviour the program expects
    #[arg(long, value_name = "YYYY-MM-DD", hide_short_help = true)]
    pub(crate) compatibility_date: Option<String>,

    /// Compatibility flags, in place of the configuration's
    #[arg(long, value_name = "FLAG", num_args = 1.., alias = "compatibility-flag", hide_short_help = true)]
    pub(crate) compatibility_flags: Vec<String>,

    /// Replace an identifier by an expression, as VERSION:1
    #[arg(long, value_name = "NAME:VALUE", num_args = 1.., value_parser = values::pair, hide_short_help = true)]
    pub(crate) define: Vec<(String, String)>,

    /// Replace a module by another, as react:preact/compat
    #[arg(long, value_name = "NAME:MODULE", num_args = 1.., value_parser = values::pair, hide_short_help = true)]
    pub(crate) alias: Vec<(String, String)>,

    /// Work as if started in this folder
    #[arg(long, value_name = "FOLDER", hide_short_help = true)]
    pub(crate) cwd: Option<PathBuf>,
}

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    Text,
    Json,
}

/// What the log shows: this and everything above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum LogLevel {
    Debug,
    Info,
    Log,
    Warn,
    Error,
    None,
}

/// A command line that was understood.
#[derive(Debug)]
pub(crate) struct Parsed {
    pub(crate) command: Command,
    /// What was dropped and could surprise.
    pub(crate) remarks: Vec<String>,
}

/// Understands `arguments` (the program's name first). The error prints itself, `--help` and `--version` included, and
/// knows its exit code.
pub(crate) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Parsed, clap::Error> {
    let (arguments, remarks) = wrangler::drop_foreign(arguments.into_iter().collect());
    Ok(Parsed { command: Cli::try_parse_from(arguments)?.command, remarks })
}

impl Command {
    /// The folder to work in, when not the current one (`--cwd`).
    pub(crate) fn working_folder(&self) -> Option<&Path> {
        match self {
            Self::Dev(dev) => dev.project.cwd.as_deref(),
            Self::Check(check) => check.project.cwd.as_deref(),
            Self::Init(_) | Self::Objects(_) => None,
        }
    }
}

impl Dev {
    /// Where to listen: the command line, then the first Worker's `dev` table, then 127.0.0.1:8787.
    pub(crate) fn listen(&self, config: &holdfast_config::Dev) -> Result<SocketAddr, String> {
        let configured = match (&self.ip, &config.ip) {
            (None, Some(ip)) => Some(values::address(ip).map_err(|error| format!("\"dev.ip\": {error}"))?),
            _ => None,
        };
        let ip = self.ip.or(configured).unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
        Ok(SocketAddr::new(ip, self.port.or(config.port).unwrap_or(DEFAULT_PORT)))
    }

    /// The state folder, for a first Worker with this project folder.
    pub(crate) fn state_folder(&self, root: &Path) -> PathBuf {
        self.persist_to.clone().unwrap_or_else(|| root.join(".holdfast/state"))
    }
}

const DEV_EXAMPLES: &str = "\
Examples:
  holdfast dev                              run the project in this folder
  holdfast dev --port 3000 --var NAME:Ada   on another port, with a variable
  holdfast dev --env staging                with the values of [env.staging]
  holdfast dev src/index.ts                 a program without a configuration
  holdfast dev -c web/wrangler.toml -c rooms/wrangler.toml
                                            two Workers; the first one answers

Flags of `wrangler dev` that mean nothing here (--local, --inspector-port, …) are accepted and ignored.";

const CHECK_EXAMPLES: &str = "\
Examples:
  holdfast check                            the project in this folder
  holdfast check -c rooms/wrangler.toml     another one";

#[cfg(test)]
mod tests;
