//! `holdfast check`: reads a project as `dev` does and says what is wrong, or what it is made of. Nothing runs.

use std::fmt::Write as _;
use std::io::Write;
use std::path::Path;

use holdfast_config::{Config, Storage};
use holdfast_modules::{Format, Graph};

use crate::cli::{Check, Exit};
use crate::project;
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
    let mut exit = Exit::Done;
    for worker in &workers {
        for warning in &worker.warnings {
            report.warning(&Problem::from(warning));
        }
        match examine(&worker.config) {
            Ok((graph, warnings)) => {
                for warning in &warnings {
                    report.warning(warning);
                }
                // Whoever closes the pipe early has read enough.
                let _ = out.write_all(summary(&worker.config, &graph, current).as_bytes());
            }
            Err(problems) => {
                for problem in &problems {
                    report.error(problem);
                }
                exit = Exit::Program;
            }
        }
    }
    exit
}

/// Reads a Worker's program as far as that goes without running it: its modules, and what is worth a warning.
fn examine(config: &Config) -> Result<(Graph, Vec<Problem>), Vec<Problem>> {
    let (flags, mut warnings) = project::flags(config).map_err(|problem| vec![problem])?;
    let (graph, more) = project::load_graph(config, &flags)?;
    project::check_classes(config, &graph).map_err(|problem| vec![problem])?;
    warnings.extend(more);
    Ok((graph, warnings))
}

/// What a Worker is made of, a line each.
fn summary(config: &Config, graph: &Graph, current: &Path) -> String {
    let relative = |path: &Path| path.strip_prefix(current).unwrap_or(path).display().to_string();
    let mut text = format!("{} ({})\n", config.name, relative(&config.path));
    let mut line = |name: &str, value: &str| {
        if !value.is_empty() {
            let _ = writeln!(text, "  {name:<12}{value}");
        }
    };
    let syntax = match graph.format {
        Format::Modules => "ES modules",
        Format::ServiceWorker => "service worker",
    };
    line("entry", &format!("{} ({syntax})", relative(&config.main)));
    let (files, bytes) = size(graph);
    line("modules", &format!("{files} {}, {}", if files == 1 { "file" } else { "files" }, kilobytes(bytes)));
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

/// How many files a program is made of, and their bytes.
fn size(graph: &Graph) -> (usize, u64) {
    let files: Vec<&Path> = graph.modules.iter().filter_map(|module| module.path.as_deref()).collect();
    let bytes = files.iter().filter_map(|file| file.metadata().ok()).map(|metadata| metadata.len()).sum();
    (files.len(), bytes)
}

fn kilobytes(bytes: u64) -> String {
    let tenths = (bytes + 50) / 100;
    format!("{}.{} kB", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::{Cli, Command, LogFormat, LogLevel};

    /// Checks a project of these files: how it ends, and the summary.
    fn check(files: &[(&str, &str)]) -> (Exit, String) {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in files {
            std::fs::write(folder.path().join(name), content).unwrap();
        }
        let Command::Check(check) = Cli::parse_from(["holdfast", "check"]).command else {
            panic!("not check")
        };
        let report = Report::new(LogFormat::Text, LogLevel::None, folder.path());
        let mut out = Vec::new();
        let exit = run(&check, folder.path(), &report, &mut out);
        (exit, String::from_utf8(out).unwrap())
    }

    const TOML: &str = "name = \"a\"\nmain = \"a.js\"\ncompatibility_date = \"2026-01-31\"\n";
    const BOUND: &str = "durable_objects.bindings = [{ name = \"ROOMS\", class_name = \"Room\" }]\n\
                         migrations = [{ tag = \"v1\", new_classes = [\"Room\"] }]\nvars = { A = 1 }";

    #[test]
    fn a_project_that_loads() {
        let toml = format!("{TOML}{BOUND}");
        let code = "import page from \"./p.txt\";\nexport class Room {}\nexport default {};";
        let (exit, summary) = check(&[("wrangler.toml", &toml), ("a.js", code), ("p.txt", "x")]);
        assert_eq!(exit, Exit::Done);
        let expected = "a (wrangler.toml)\n  entry       a.js (ES modules)\n  modules     2 files, 0.1 kB\n  \
                        behaves as  2026-01-31\n  binding     env.ROOMS → Room\n  class       Room (key-value)\n  \
                        migrations  v1\n  variables   A\n";
        assert_eq!(summary, expected);
    }

    #[test]
    fn projects_that_do_not() {
        let toml = format!("{TOML}{BOUND}");
        for files in [
            [("wrangler.toml", "name = 1"), ("a.js", "")],
            [("wrangler.toml", TOML), ("b.js", "")],
            [("wrangler.toml", TOML), ("a.js", "export default {")],
            [("wrangler.toml", TOML), ("a.js", "import \"./no.js\"")],
            [("wrangler.toml", &toml), ("a.js", "export default {}")],
        ] {
            assert_eq!(check(&files), (Exit::Program, String::new()), "{files:?}");
        }
    }
}
