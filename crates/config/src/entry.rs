//! Which module a project starts with.
//!
//! `main` says it today. Projects of the first wrangler say it in `[build.upload]`, in `package.json` or in `[site]`; others
//! do not say it at all, and have the file where everybody has it.

use std::path::{Path, PathBuf};

use crate::config::Format;
use crate::diagnostic::{Error, Warning};
use crate::layers::Layers;
use crate::section::Section;

/// Where an entry usually is, in the order of preference.
const STEMS: [&str; 4] = ["src/index", "index", "worker", "src/worker"];
const EXTENSIONS: [&str; 7] = ["ts", "js", "mjs", "tsx", "jsx", "mts", "cjs"];

/// The entry, how the file says it is written, and the files that decided it besides the configuration.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) main: PathBuf,
    pub(crate) format: Option<Format>,
    pub(crate) files: Vec<PathBuf>,
}

/// Finds the entry of the project in `root`.
pub(crate) fn find(layers: &Layers<'_>, root: &Path, warnings: &mut Vec<Warning>) -> Result<Entry, Error> {
    let found = |main| Entry { main, format: None, files: Vec::new() };
    let section = layers.of("main");
    if let Some(main) = section.string("main")?.filter(|main| !main.is_empty()) {
        return existing(root, main).map(found).ok_or_else(|| missing(section, "main", root, main));
    }
    if let Some(entry) = upload(layers, root)? {
        return Ok(entry);
    }
    if let Some(site) = layers.top.table("site")?
        && let Some(folder) = site.string("entry-point")?
        && let Some(entry) = package_main(&root.join(folder))
    {
        return Ok(entry);
    }
    let first_wrangler = layers.top.string("type")?.is_some();
    if first_wrangler && let Some(entry) = package_main(root) {
        return Ok(entry);
    }
    let usual = STEMS.iter().flat_map(|stem| EXTENSIONS.map(|extension| format!("{stem}.{extension}")));
    if let Some(file) = usual.into_iter().find(|file| root.join(file).is_file()) {
        if !first_wrangler {
            let help = format!("to say so, add {}", layers.top.source.line("main", &file));
            warnings.push(layers.top.source.whole(format!("no \"main\"; starting with {file}")).help(help));
        }
        return Ok(found(root.join(file)));
    }
    if let Some(entry) = package_main(root) {
        return Ok(entry);
    }
    let example = layers.top.source.line("main", "src/index.js");
    Err(layers
        .top
        .source
        .whole("no entry: there is no \"main\", and no src/index, index or worker with .ts, .js or .mjs")
        .help(format!("name the file that exports the Worker: {example}"))
        .into())
}

/// `[build.upload]` of the first wrangler.
fn upload(layers: &Layers<'_>, root: &Path) -> Result<Option<Entry>, Error> {
    let Some(build) = layers.of("build").table("build")? else { return Ok(None) };
    let Some(upload) = build.table("upload")? else { return Ok(None) };
    let format = match upload.string("format")? {
        Some("modules") => Some(Format::Modules),
        Some("service-worker") => Some(Format::ServiceWorker),
        _ => None,
    };
    if let Some(main) = upload.string("main")? {
        // The first wrangler looks in what the build made; without a build the sources are beside the file.
        let folder = upload.string("dir")?.unwrap_or("dist");
        let main = existing(&root.join(folder), main)
            .or_else(|| existing(root, main))
            .ok_or_else(|| missing(&upload, "main", root, main))?;
        return Ok(Some(Entry { main, format, files: Vec::new() }));
    }
    Ok(package_main(root).map(|entry| Entry { format, ..entry }))
}

/// The entry that the `package.json` in `folder` names, or its default.
fn package_main(folder: &Path) -> Option<Entry> {
    let package = folder.join("package.json");
    let json = std::fs::read_to_string(&package).ok();
    let json: Option<serde_json::Value> = json.and_then(|text| serde_json::from_str(&text).ok());
    let named = ["main", "module"].iter().find_map(|key| {
        let name = json.as_ref()?.get(key)?.as_str()?;
        let with_extension = || EXTENSIONS.iter().find_map(|end| existing(folder, &format!("{name}.{end}")));
        existing(folder, name).or_else(with_extension)
    });
    let main = named.or_else(|| existing(folder, "index.js"))?;
    Some(Entry { main, format: None, files: vec![package] })
}

fn existing(folder: &Path, file: &str) -> Option<PathBuf> {
    let path = folder.join(file);
    // Rebuilt from its components, so that `./src` and `src` give the same module.
    let path: PathBuf = path.components().collect();
    path.is_file().then_some(path)
}

/// The error for an entry that does not exist, with the file that was probably meant.
fn missing(section: &Section<'_>, key: &str, root: &Path, main: &str) -> Error {
    let message =
        format!("\"{}\" is {main}, which does not exist in {}", section.path_of(key), root.display());
    let stem = Path::new(main).with_extension("");
    let others = EXTENSIONS.iter().map(|extension| stem.with_extension(extension).display().to_string());
    let usual = STEMS.iter().flat_map(|stem| EXTENSIONS.map(|extension| format!("{stem}.{extension}")));
    let diagnostic = section.at_value(key, message);
    match others.chain(usual).find(|file| existing(root, file).is_some()) {
        Some(file) => diagnostic.help(format!("there is {file}")).into(),
        None => diagnostic.help("create the file, or correct the path: it is relative to this file").into(),
    }
}
