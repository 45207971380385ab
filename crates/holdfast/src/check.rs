//! `holdfast check`: reads a project as `dev` does and says what is wrong, or what it is made of. Nothing runs.

use std::fmt::Write as _;
use std::io::Write;
use std::path::Path;

use holdfast_config::{Config, Storage};

use crate::cli::{Check, Exit};
use crate::report::{Problem, Report};

/// Checks the project that was asked for, with `current` as the current folder.
pub(crate) fn run(check: &Check, current: &Path, report: &Report, out: &mut impl Write) -> Exit {
    let workers = match check.project.load(current) {
        Ok(workers) => workers,
        Err(error) => {
            report.error(&Problem::from(&*error));
            return Exit::Program;
        }
    };
    for worker in &workers {
        for warning in &worker.warnings {
            report.warning(&Problem::from(warning));
        }
    }
    for worker in &workers {
        // Whoever closes the pipe early has read enough.
        let _ = out.write_all(summary(&worker.config, current).as_bytes());
    }
    Exit::Done
}

/// What a Worker is made of, a line each.
fn summary(config: &Config, current: &Path) -> String {
    let relative = |path: &Path| path.strip_prefix(current).unwrap_or(path).display().to_string();
    let mut text = format!("{} ({})\n", config.name, relative(&config.path));
    let mut line = |name: &str, value: &str| {
        if !value.is_empty() {
            let _ = writeln!(text, "  {name:<12}{value}");
        }
    };
    line("entry", &relative(&config.main));
    let date =
        [config.compatibility_date.clone()].into_iter().chain(config.compatibility_flags.iter().cloned());
    line("behaves as", &date.collect::<Vec<_>>().join(", "));
    for binding in &config.durable_objects {
        let of = match &binding.script_name {
            Some(script) => format!("{} of {script}", binding.class_name),
            None => binding.class_name.clone(),
        };
        line("binding", &format!("env.{} → {of}", binding.name));
    }
    for class in &config.classes {
        let storage = match class.storage {
            Storage::Sqlite => "SQLite",
            Storage::KeyValue => "key-value",
        };
        let formerly = class.formerly.last().map_or(String::new(), |name| format!(", formerly {name}"));
        line("class", &format!("{} ({storage}{formerly})", class.name));
    }
    line(
        "migrations",
        &config.migrations.iter().map(|step| step.tag.as_str()).collect::<Vec<_>>().join(", "),
    );
    line("variables", &config.vars.keys().map(String::as_str).collect::<Vec<_>>().join(", "));
    text
}
