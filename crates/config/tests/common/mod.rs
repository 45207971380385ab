//! A project folder on disk and what loading it gives, for tests that speak in data.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    reason = "each test file includes this module and uses its part"
)]

use std::path::{Path, PathBuf};

use holdfast_config::{Config, LoadOptions, Loaded};
use tempfile::TempDir;

/// Files to be written to a fresh folder: name and content.
pub type Files<'a> = &'a [(&'a str, &'a str)];

pub struct Project {
    pub folder: TempDir,
}

impl Project {
    pub fn new(files: Files<'_>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, content).unwrap();
        }
        Self { folder }
    }

    /// A project of one configuration in `wrangler.toml` and an entry `src/index.js`.
    pub fn toml(text: &str) -> Self {
        Self::new(&[("wrangler.toml", text), ("src/index.js", "")])
    }

    pub fn json(text: &str) -> Self {
        Self::new(&[("wrangler.jsonc", text), ("src/index.js", "")])
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn try_load(&self, options: &LoadOptions) -> Result<Loaded, String> {
        let path = holdfast_config::find(self.folder.path()).unwrap();
        holdfast_config::load(&path, options).map_err(|error| self.relative(&error.to_string()))
    }

    #[track_caller]
    pub fn load(&self) -> Loaded {
        self.load_in(None)
    }

    #[track_caller]
    pub fn load_in(&self, environment: Option<&str>) -> Loaded {
        let options = LoadOptions { environment: environment.map(str::to_owned), ..LoadOptions::default() };
        self.try_load(&options).unwrap_or_else(|error| panic!("{error}"))
    }

    #[track_caller]
    pub fn config(&self) -> Config {
        self.load().config
    }

    /// The warnings of a load, the first line of each.
    #[track_caller]
    pub fn warnings(&self, environment: Option<&str>) -> Vec<String> {
        let warnings = self.load_in(environment).warnings;
        warnings.iter().map(|w| self.relative(w.to_string().lines().next().unwrap())).collect()
    }

    #[track_caller]
    pub fn error(&self) -> String {
        self.error_in(None)
    }

    #[track_caller]
    pub fn error_in(&self, environment: Option<&str>) -> String {
        let options = LoadOptions { environment: environment.map(str::to_owned), ..LoadOptions::default() };
        self.try_load(&options).map(|loaded| loaded.config).expect_err("it should not load")
    }

    /// `path` without the folder.
    pub fn name_of(&self, path: &Path) -> String {
        path.strip_prefix(self.folder.path()).unwrap_or(path).display().to_string()
    }

    fn relative(&self, message: &str) -> String {
        let folder = self.folder.path().display().to_string();
        message.replace(&format!("{folder}/"), "").replace(&folder, ".")
    }
}
