//! Embeds `examples/` as the templates of `holdfast init`: a generated table of names, descriptions and files.
//!
//! A template's description is the first paragraph of its `README.md`. Hidden files and `node_modules` stay out, so that
//! running an example in place leaves no trace in the binary.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let examples = Path::new(&variable("CARGO_MANIFEST_DIR")).join("../../examples").canonicalize()?;
    println!("cargo::rerun-if-changed={}", examples.display());
    let mut table = String::from("&[\n");
    for folder in entries(&examples)? {
        let Some(name) = folder.file_name().and_then(|name| name.to_str()).filter(|_| folder.is_dir()) else {
            continue;
        };
        let about = description(&folder.join("README.md"))?;
        let _ = writeln!(table, "    Template {{ name: {name:?}, about: {about:?}, files: &[");
        for file in files(&folder)? {
            println!("cargo::rerun-if-changed={}", file.display());
            let inside = file.strip_prefix(&folder).expect("the file was found in the folder");
            let inside = inside
                .components()
                .map(|part| part.as_os_str().to_string_lossy())
                .collect::<Vec<_>>()
                .join("/");
            let _ =
                writeln!(table, "        ({inside:?}, include_bytes!({:?})),", file.display().to_string());
        }
        table.push_str("    ] },\n");
    }
    table.push_str("]\n");
    fs::write(Path::new(&variable("OUT_DIR")).join("templates.rs"), table)
}

fn variable(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("cargo sets {name} for build scripts"))
}

/// What is in `folder`, in order, without hidden entries.
fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut entries = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    entries.retain(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        !name.starts_with('.') && name != "node_modules"
    });
    entries.sort();
    Ok(entries)
}

fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in entries(folder)? {
        if path.is_dir() {
            files.extend(self::files(&path)?);
        } else {
            files.push(path);
        }
    }
    Ok(files)
}

fn description(readme: &Path) -> io::Result<String> {
    let text = fs::read_to_string(readme)?;
    let paragraphs =
        text.split("\n\n").find(|paragraph| !paragraph.trim().is_empty() && !paragraph.starts_with('#'));
    Ok(paragraphs.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" "))
}
