//! Which file configures the project that a folder belongs to.

use std::path::{Path, PathBuf};

use crate::diagnostic::{Diagnostic, Error};

/// In the order in which a folder's files are preferred.
const NAMES: [&str; 3] = ["wrangler.json", "wrangler.jsonc", "wrangler.toml"];

/// The configuration of the project around `dir`: in it, or in the nearest folder above.
///
/// As wrangler does, a `wrangler.json` anywhere above wins over a nearer `wrangler.toml`.
pub fn find(dir: &Path) -> Result<PathBuf, Error> {
    let dir = std::path::absolute(dir).unwrap_or_else(|_| dir.to_owned());
    NAMES
        .iter()
        .find_map(|name| dir.ancestors().map(|folder| folder.join(name)).find(|path| path.is_file()))
        .ok_or_else(|| {
            Diagnostic::new(format!(
                "no wrangler.toml, wrangler.json or wrangler.jsonc in {} or above",
                dir.display()
            ))
            .help("name one with --config FILE, or start a new project with: holdfast init my-worker")
            .into()
        })
}
