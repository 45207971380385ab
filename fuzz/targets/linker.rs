//! The module loader and linker: whatever the sources, loading and linking them never panics; a graph that came of it tells
//! its modules, names and places, and a problem names what is wrong.
//!
//! An input is one module, or several: a line `//// name` begins the file of that name. What stands before the first such
//! line is the entry, `index.ts`.
#![no_main]

use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::{env, fs, process};

use holdfast_modules::{Code, ModuleId, Options, load};
use libfuzzer_sys::fuzz_target;

/// The files an input can have; anything else would be a walk through the machine's folders.
const NAMES: [&str; 12] = [
    "index.ts",
    "a.js",
    "b.mjs",
    "c.cjs",
    "d.tsx",
    "e.json",
    "f.txt",
    "g.wasm",
    "h.jsx",
    "package.json",
    "tsconfig.json",
    "node_modules/pkg/package.json",
];

static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = env::temp_dir().join(format!("holdfast-fuzz-linker-{}", process::id()));
    fs::create_dir_all(folder.join("node_modules/pkg")).expect("the temporary folder can be written");
    fs::write(folder.join("node_modules/pkg/index.js"), "exports.pkg = 1")
        .expect("the temporary folder can be written");
    folder
});

fuzz_target!(|data: &[u8]| {
    let folder: &Path = &FOLDER;
    for name in NAMES {
        let _ = fs::remove_file(folder.join(name));
    }
    for (name, content) in files(data) {
        fs::write(folder.join(name), content).expect("the temporary folder can be written");
    }
    let options = Options {
        root: folder.to_owned(),
        entry: folder.join(NAMES[0]),
        builtins: vec!["cloudflare:workers".into(), "node:assert".into(), "node:events".into()],
        node_compat: data.len().is_multiple_of(2),
        ..Options::default()
    };
    let graph = match load(&options) {
        Ok(graph) => graph,
        Err(problems) => {
            assert!(!problems.is_empty(), "refused without a reason");
            for problem in &problems {
                assert!(!problem.message.is_empty());
                assert!(!problem.to_string().is_empty());
            }
            return;
        }
    };
    assert!(!graph.descriptors().is_empty());
    for warning in &graph.warnings {
        assert!(!warning.to_string().is_empty());
    }
    for (index, module) in graph.modules.iter().enumerate() {
        let _ = graph.exported_names(ModuleId(index));
        let Code::Script(script) = &module.code else { continue };
        // Every place of the generated script leads somewhere or nowhere, but never astray.
        for (line, text) in script.lines().enumerate().take(50) {
            for column in [0, 1, 7, text.len() as u32 + 1] {
                let _ = graph.position(&module.name, line as u32 + 1, column);
            }
        }
        let _ = graph.rewrite_stack(&format!(
            "at@{}:1:{}\nfunction@{}:0:0",
            module.name,
            script.len(),
            module.name
        ));
    }
});

/// The files of an input: names and contents.
fn files(data: &[u8]) -> Vec<(&'static str, &[u8])> {
    let mut files = vec![(NAMES[0], data)];
    let mut start = 0;
    while start < data.len() {
        let end =
            data[start..].iter().position(|byte| *byte == b'\n').map_or(data.len(), |at| start + at + 1);
        if let Some(named) = data[start..end].strip_prefix(b"//// ")
            && let Some(name) = NAMES.iter().find(|name| named.trim_ascii() == name.as_bytes())
        {
            let (_, last) = files.last_mut().expect("it begins with the entry");
            let begun = last.as_ptr() as usize - data.as_ptr() as usize;
            *last = &data[begun..start];
            files.push((name, &data[end..]));
        }
        start = end;
    }
    files
}
