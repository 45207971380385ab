//! The wrangler configuration: whatever is in the file, loading it never panics; an error names the file, and a place that
//! the file has; so do warnings.
//!
//! The first byte chooses the language and the environment; the rest is the file.
#![no_main]

use std::path::PathBuf;
use std::sync::LazyLock;
use std::{env, fs, process};

use holdfast_config::{Diagnostic, LoadOptions, load};
use libfuzzer_sys::fuzz_target;

const NAMES: [&str; 3] = ["wrangler.toml", "wrangler.json", "wrangler.jsonc"];

/// A project with an entry, whose configuration is written anew each time.
static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = env::temp_dir().join(format!("holdfast-fuzz-configuration-{}", process::id()));
    fs::create_dir_all(folder.join("src")).expect("the temporary folder can be written");
    fs::write(folder.join("src/index.js"), "").expect("the temporary folder can be written");
    folder
});

fuzz_target!(|data: &[u8]| {
    let [choice, text @ ..] = data else { return };
    let path = FOLDER.join(NAMES[usize::from(choice % 3)]);
    fs::write(&path, text).expect("the temporary folder can be written");
    let environment = (choice & 4 != 0).then(|| "production".to_owned());
    let options = LoadOptions { environment, ..LoadOptions::default() };
    match load(&path, &options) {
        Ok(loaded) => {
            for warning in &loaded.warnings {
                check(warning, text, &path);
            }
        }
        Err(error) => {
            check(&error, text, &path);
            let whole = std::str::from_utf8(text).is_err()
                || ABOUT_THE_WHOLE.iter().any(|part| error.message.contains(part));
            assert!(error.place.is_some() || whole, "an error without a place: {error}");
        }
    }
});

/// Errors about what is not in the file.
const ABOUT_THE_WHOLE: [&str; 2] = ["no entry", "no environment"];

fn check(diagnostic: &Diagnostic, text: &[u8], path: &PathBuf) {
    assert!(!diagnostic.message.is_empty() && !diagnostic.message.contains('\n'), "{diagnostic}");
    assert_eq!(diagnostic.file.as_ref(), Some(path), "{diagnostic}");
    if let Some(place) = &diagnostic.place {
        let text = std::str::from_utf8(text).expect("a place is in a text");
        let line = text.split('\n').nth(place.line - 1).expect("the line is there");
        let line = line.trim_end_matches('\r');
        assert_eq!(place.text, line, "{diagnostic}");
        assert!(place.column >= 1 && place.column <= line.chars().count() + 2, "{diagnostic}");
    }
}
