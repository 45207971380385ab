//! `holdfast init`: a new project from a template.
//!
//! The templates are the programs in `examples/`, embedded at build time. Nothing is fetched, nothing that exists is
//! overwritten.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::{fs, iter};

use clap::builder::PossibleValuesParser;

use crate::cli::Init;
use crate::report::Problem;

/// The simplest one.
pub(crate) const DEFAULT_TEMPLATE: &str = "counter";

/// An example as a template.
struct Template {
    name: &'static str,
    /// One sentence or two.
    about: &'static str,
    /// Path with `/`, and content.
    files: &'static [(&'static str, &'static [u8])],
}

const TEMPLATES: &[Template] = include!(concat!(env!("OUT_DIR"), "/templates.rs"));

/// Not in the examples, because there it would hide nothing.
const GITIGNORE: (&str, &[u8]) = (".gitignore", b"node_modules\n.holdfast\n.wrangler\n.dev.vars*\n");

const OTHER_FOLDER: &str = "name a new or an empty folder";

/// The names to choose from.
pub(crate) fn template_names() -> PossibleValuesParser {
    PossibleValuesParser::new(TEMPLATES.iter().map(|template| template.name))
}

/// The end of `init --help`.
pub(crate) fn help() -> String {
    let mut help = String::from("Templates:\n");
    for template in TEMPLATES {
        let _ = writeln!(help, "  {:<10}{}", template.name, template.about);
    }
    help.push_str("\nExamples:\n  holdfast init my-counter\n  holdfast init my-chat --template chat");
    help
}

/// Makes the project, in `current` unless the folder is absolute, and says on `out` what to do next.
pub(crate) fn run(init: &Init, current: &Path, out: &mut impl Write) -> Result<(), Box<Problem>> {
    let template = TEMPLATES.iter().find(|template| template.name == init.template);
    let template = template.expect("the command line admits only names of templates");
    let folder = current.join(&init.folder);
    refuse_occupied(&folder)?;
    let worker = worker_name(&folder);
    for (name, content) in template.files.iter().copied().chain(iter::once(GITIGNORE)) {
        let path = folder.join(name);
        let content = if name.starts_with("wrangler.") {
            renamed(content, template.name, &worker)
        } else {
            content.to_vec()
        };
        write(&path, &content).map_err(|error| {
            let problem = Problem { file: Some(path), ..Problem::new(format!("cannot write: {error}")) };
            Box::new(problem.help("choose a folder that you may write to, on a disk with space"))
        })?;
    }
    // The project is there even if nobody reads this.
    let _ = out.write_all(next_steps(&init.folder, template.name).as_bytes());
    Ok(())
}

fn refuse_occupied(folder: &Path) -> Result<(), Box<Problem>> {
    let problem = |message: String| Problem { file: Some(folder.to_owned()), ..Problem::new(message) };
    match fs::read_dir(folder) {
        Ok(mut entries) => match entries.next() {
            Some(_) => Err(Box::new(problem("the folder is not empty".to_owned()).help(OTHER_FOLDER))),
            None => Ok(()),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            Err(Box::new(problem("this is a file".to_owned()).help(OTHER_FOLDER)))
        }
        Err(error) => Err(Box::new(problem(format!("cannot read the folder: {error}")))),
    }
}

fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, content)
}

/// The folder's name as the name of a Worker.
fn worker_name(folder: &Path) -> String {
    let folder: PathBuf = folder.components().collect();
    let name = folder
        .canonicalize()
        .unwrap_or(folder)
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .to_lowercase();
    let legal: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' }).collect();
    let legal = legal.trim_matches('-');
    if legal.is_empty() { holdfast_config::DEFAULT_NAME.to_owned() } else { legal.to_owned() }
}

/// A configuration with the new Worker's name in place of the template's.
fn renamed(config: &[u8], template: &str, worker: &str) -> Vec<u8> {
    let text = String::from_utf8_lossy(config);
    let text = text.replacen(&format!("name = \"{template}\""), &format!("name = \"{worker}\""), 1);
    text.replacen(&format!("\"name\": \"{template}\""), &format!("\"name\": \"{worker}\""), 1).into_bytes()
}

fn next_steps(folder: &Path, template: &str) -> String {
    let here = folder.components().eq(Path::new(".").components());
    let shown = folder.display().to_string();
    let quoted =
        if shown.contains(|c: char| c.is_whitespace()) { format!("'{shown}'") } else { shown.clone() };
    let enter = if here { String::new() } else { format!("  cd {quoted}\n") };
    format!(
        "Created {shown} from the template {template}. Next:\n\n{enter}  holdfast dev\n\nand open http://127.0.0.1:8787\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn init(folder: &str, template: &str) -> Init {
        Init { folder: folder.into(), template: template.to_owned() }
    }

    #[test]
    fn every_template_is_a_project_that_loads() {
        assert_eq!(TEMPLATES.len(), 5);
        for template in TEMPLATES {
            assert!(template.about.len() > 10 && template.about.len() < 120, "{}", template.about);
            let current = tempfile::tempdir().unwrap();
            let mut out = Vec::new();
            run(&init("My Project", template.name), current.path(), &mut out).unwrap();
            let said = String::from_utf8(out).unwrap();
            assert!(said.contains("cd 'My Project'\n  holdfast dev"), "{said}");
            let folder = current.path().join("My Project");
            let found = holdfast_config::find(&folder).unwrap();
            let loaded = holdfast_config::load(&found, &holdfast_config::LoadOptions::default()).unwrap();
            assert_eq!(loaded.warnings, []);
            assert_eq!(loaded.config.name, "my-project");
            assert!(folder.join(".gitignore").is_file() && folder.join("README.md").is_file());
        }
    }

    #[test]
    fn nothing_is_overwritten() {
        let current = tempfile::tempdir().unwrap();
        fs::write(current.path().join("file"), "mine").unwrap();
        let here = run(&init(".", "chat"), current.path(), &mut Vec::new()).unwrap_err();
        assert_eq!(here.message, "the folder is not empty");
        let file = run(&init("file", "chat"), current.path(), &mut Vec::new()).unwrap_err();
        assert_eq!(file.message, "this is a file");
        assert_eq!(fs::read_dir(current.path()).unwrap().count(), 1);
        fs::create_dir(current.path().join("empty")).unwrap();
        run(&init("empty", "chat"), current.path(), &mut Vec::new()).unwrap();
    }

    #[test]
    fn names_of_workers() {
        for (folder, name) in
            [("/a/my-chat", "my-chat"), ("/a/My Chat!", "my-chat"), ("/a/b/.", "b"), ("/", "worker")]
        {
            assert_eq!(worker_name(Path::new(folder)), name, "{folder}");
        }
    }
}
