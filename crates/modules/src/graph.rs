//! The linked program: modules with their code, and the way from a stack trace back to the files.

use std::path::PathBuf;

use crate::diagnostic::Diagnostic;
use crate::edits::Trail;
use crate::facts::Facts;
use crate::lower::Lowered;
use crate::options::ModuleKind;
use crate::text;
use crate::{LINKER_NAME, link};

/// A module's place in [`Graph::modules`], and its id in the linker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ModuleId(pub usize);

/// How a program answers events (`workers-api.md`, sections 1.1 and 1.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Handlers are the entry's exports.
    Modules,
    /// Handlers are registered with `addEventListener`.
    ServiceWorker,
}

/// What the host evaluates or hands out for a module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Code {
    /// A function expression; a whole script for [`ModuleKind::Script`]. To be evaluated under the module's name,
    /// first line 1.
    Script(String),
    /// The text, or the JSON to parse.
    Text(String),
    /// The bytes, or the WebAssembly to compile.
    Data(Vec<u8>),
    /// Provided by the host under the module's name.
    Builtin,
}

/// One module.
#[derive(Debug)]
pub struct Module {
    /// Its id.
    pub id: ModuleId,
    /// Path relative to the project, as stack traces show it; a built-in's own name.
    pub name: String,
    /// The file; none for built-ins.
    pub path: Option<PathBuf>,
    /// What it is to the linker.
    pub kind: ModuleKind,
    /// What to evaluate.
    pub code: Code,
    /// Every specifier it names literally, and what that is.
    pub imports: Vec<(String, ModuleId)>,
    pub(crate) facts: Facts,
    pub(crate) requested: Vec<Option<ModuleId>>,
    pub(crate) origin: Origin,
    pub(crate) reading: Reading,
    /// Top-level names of a JSON object.
    pub(crate) keys: Vec<String>,
}

/// How a module's file is to be understood beyond its kind.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Reading {
    /// Node's rule for importing CommonJS (`.mjs`, `"type": "module"`).
    pub(crate) node: bool,
    /// TypeScript may name types where JavaScript would name values.
    pub(crate) typescript: bool,
}

/// Where the text of a module's code came from, step by step.
#[derive(Debug, Default)]
pub(crate) struct Origin {
    /// The file as written.
    pub(crate) source: String,
    /// What it was lowered to, if it was.
    pub(crate) lowered: Option<Lowered>,
    pub(crate) trail: Trail,
}

impl Origin {
    /// The text that was wrapped.
    fn wrapped(&self) -> &str {
        self.lowered.as_ref().map_or(&self.source, |lowered| &lowered.text)
    }

    /// The offset in the file of an offset in the wrapped text.
    pub(crate) fn file_offset(&self, offset: u32) -> u32 {
        self.lowered.as_ref().map_or(offset, |lowered| lowered.original_offset(&self.source, offset))
    }
}

/// A place in one of the program's files; line and column from 1, columns in UTF-16 units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// The file, named as in [`Module::name`].
    pub file: String,
    /// Line from 1.
    pub line: u32,
    /// Column from 1.
    pub column: u32,
}

/// A program whose imports are all resolved.
#[derive(Debug)]
pub struct Graph {
    /// The entry module.
    pub entry: ModuleId,
    /// All modules; a module's id is its index.
    pub modules: Vec<Module>,
    /// How the program answers events.
    pub format: Format,
    /// Every file read or looked for: when one changes or appears, the program may be another.
    pub files: Vec<PathBuf>,
    /// What will probably not work.
    pub warnings: Vec<Diagnostic>,
}

impl Graph {
    /// A module by id.
    pub fn module(&self, id: ModuleId) -> &Module {
        &self.modules[id.0]
    }

    /// A module by the name stack traces show.
    pub fn module_named(&self, name: &str) -> Option<&Module> {
        self.modules.iter().find(|module| module.name == name)
    }

    /// The linker's first argument, as JSON.
    pub fn descriptors(&self) -> String {
        link::descriptors(self).to_string()
    }

    /// The exported names of an ES module, as far as they are known before it runs.
    pub fn exported_names(&self, id: ModuleId) -> Vec<String> {
        link::exported_names(self, id)
    }

    /// The place in the user's file of a place in a module's code; line and column from 1.
    pub fn position(&self, module: &str, line: u32, column: u32) -> Option<Position> {
        let module = self.module_named(module)?;
        let Code::Script(code) = &module.code else { return None };
        let origin = &module.origin;
        let at = text::offset(code, line.checked_sub(1)? as usize, column.saturating_sub(1) as usize)?;
        let wrapped = origin.wrapped();
        let (mut line, mut column) = text::locate(wrapped, origin.trail.back(at).min(wrapped.len()));
        if let Some(lowered) = &origin.lowered {
            (line, column) = lowered.original(line, column)?;
        }
        Some(Position { file: module.name.clone(), line: line as u32 + 1, column: column as u32 + 1 })
    }

    /// A stack trace with the user's lines in it, and without the linker's own frames. Understands both
    /// `function@file:line:column` and `at function (file:line:column)`.
    pub fn rewrite_stack(&self, stack: &str) -> String {
        let frames = stack.split('\n').filter(|frame| !frame.contains(LINKER_NAME));
        let rewritten: Vec<String> =
            frames.map(|frame| self.rewrite_frame(frame).unwrap_or_else(|| frame.to_owned())).collect();
        rewritten.join("\n")
    }

    fn rewrite_frame(&self, frame: &str) -> Option<String> {
        let (inner, close) = match frame.strip_suffix(')') {
            Some(inner) => (inner, ")"),
            None => (frame, ""),
        };
        let (rest, column) = inner.rsplit_once(':')?;
        let (rest, line) = rest.rsplit_once(':')?;
        let (line, column) = (line.parse().ok()?, column.parse().ok()?);
        // A name may itself contain any of the separators, so the longest match counts.
        let starts = rest.match_indices(['(', '@', ' ']).map(|(at, _)| at + 1);
        let start =
            std::iter::once(0).chain(starts).find(|start| self.module_named(&rest[*start..]).is_some())?;
        let place = self.position(&rest[start..], line, column)?;
        Some(format!("{}{}:{}:{}{close}", &rest[..start], place.file, place.line, place.column))
    }
}
