//! Reads a program: the entry, what it names, and so on until nothing new is named.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use oxc::allocator::Allocator;
use oxc::ast::ast::Statement;
use oxc::diagnostics::Diagnostics;
use oxc::parser::{Parser, ParserReturn};
use oxc::semantic::SemanticBuilder;
use oxc::span::SourceType;

use crate::diagnostic::{Diagnostic, Severity};
use crate::facts::{Facts, Request, RequestKind};
use crate::globs::{Rules, Verdict};
use crate::graph::{Code, Format, Graph, Module, ModuleId, Origin, Reading};
use crate::link;
use crate::lower::{Lowered, Lowering};
use crate::options::{ModuleKind, Options, RuleKind};
use crate::resolve::{Asker, PackageType, Resolve, Target};
use crate::wrap::{self, Wrapped};

/// Reads the whole static graph of a program, and what it imports dynamically by literal name.
///
/// # Errors
///
/// Everything that keeps the program from running, as far as it can be told at once: files that cannot be read or
/// parsed, specifiers that mean nothing, imported names that do not exist. Never an empty list.
pub fn load(options: &Options) -> Result<Graph, Vec<Diagnostic>> {
    let mut loader = Loader::new(options)?;
    loader.add_entry();
    // `modules` grows while it is walked: each module appends what it is the first to name.
    let mut next = 0;
    while next < loader.modules.len() {
        loader.follow(next);
        next += 1;
    }
    loader.finish()
}

struct Loader<'o> {
    options: &'o Options,
    define: BTreeMap<String, String>,
    rules: Rules,
    resolve: Resolve<'o>,
    lowering: Lowering,
    modules: Vec<Module>,
    /// Files by path and import attribute, built-ins by name.
    known: HashMap<(PathBuf, Option<String>), ModuleId>,
    errors: Vec<Diagnostic>,
    warnings: Vec<Diagnostic>,
    files: Vec<PathBuf>,
}

/// A module before it has a place in the graph.
struct Read {
    kind: ModuleKind,
    code: Code,
    facts: Facts,
    origin: Origin,
    typescript: bool,
    keys: Vec<String>,
}

impl Read {
    fn plain(kind: ModuleKind, code: Code) -> Self {
        Self {
            kind,
            code,
            facts: Facts::default(),
            origin: Origin::default(),
            typescript: false,
            keys: Vec::new(),
        }
    }
}

impl<'o> Loader<'o> {
    fn new(options: &'o Options) -> Result<Self, Vec<Diagnostic>> {
        let resolve = Resolve::new(options);
        let lowering = Lowering::new(resolve.tsconfig(), &options.jsx);
        let mut loader = Self {
            options,
            define: definitions(&options.define)?,
            rules: Rules::new(&options.rules),
            resolve,
            lowering,
            modules: Vec::new(),
            known: HashMap::new(),
            errors: Vec::new(),
            warnings: Vec::new(),
            files: Vec::new(),
        };
        if let Some(trouble) = loader.resolve.trouble.take() {
            loader.warnings.push(Diagnostic::of_file("tsconfig.json", trouble).warning());
        }
        Ok(loader)
    }

    fn add_entry(&mut self) {
        let entry = self.options.entry.clone();
        let path = fs::canonicalize(&entry).unwrap_or(entry);
        let package_type = package_type_above(&path);
        self.add_file(path, None, package_type, None);
    }

    /// The module of a file, read now if it is new. `importer` is who asks, and where.
    fn add_file(
        &mut self,
        path: PathBuf,
        attribute: Option<String>,
        package_type: PackageType,
        importer: Option<(usize, &Request)>,
    ) -> Option<ModuleId> {
        let key = (path.clone(), attribute.clone());
        if let Some(id) = self.known.get(&key) {
            return Some(*id);
        }
        let name = self.name_of(&path);
        self.files.push(path.clone());
        let read = match fs::read(&path) {
            Ok(bytes) => self.read(&path, &name, bytes, attribute.as_deref(), package_type, importer),
            Err(error) => {
                let problem = Diagnostic::of_file(&name, format!("cannot read the file: {error}"));
                Err(vec![match importer {
                    None => problem.help("is this the entry the configuration's \"main\" names?"),
                    Some(_) => problem,
                }])
            }
        };
        let read = read.unwrap_or_else(|problems| {
            self.errors.extend(problems);
            Read::plain(ModuleKind::Text, Code::Text(String::new()))
        });
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        let node = match extension {
            "mjs" | "mts" => true,
            "cjs" | "cts" => false,
            _ => package_type == PackageType::Module,
        };
        let id = self.push(name, Some(path), read, node);
        self.known.insert(key, id);
        Some(id)
    }

    fn push(&mut self, name: String, path: Option<PathBuf>, read: Read, node: bool) -> ModuleId {
        let id = ModuleId(self.modules.len());
        self.modules.push(Module {
            id,
            name,
            path,
            kind: read.kind,
            code: read.code,
            imports: Vec::new(),
            facts: read.facts,
            requested: Vec::new(),
            origin: read.origin,
            reading: Reading { node, typescript: read.typescript },
            keys: read.keys,
        });
        id
    }

    fn add_builtin(&mut self, name: String) -> ModuleId {
        let key = (PathBuf::from(&name), Some("builtin".to_owned()));
        if let Some(id) = self.known.get(&key) {
            return *id;
        }
        let id = self.push(name, None, Read::plain(ModuleKind::Builtin, Code::Builtin), false);
        self.known.insert(key, id);
        id
    }

    fn add_empty(&mut self) -> ModuleId {
        let key = (PathBuf::new(), Some("empty".to_owned()));
        if let Some(id) = self.known.get(&key) {
            return *id;
        }
        let read = Read::plain(ModuleKind::CommonJs, Code::Script("(function () {})".to_owned()));
        let id = self.push("(disabled by a browser field)".to_owned(), None, read, false);
        self.known.insert(key, id);
        id
    }

    /// Relative to the project, with `/`; a file elsewhere keeps its way there.
    fn name_of(&self, path: &Path) -> String {
        let root = fs::canonicalize(&self.options.root).unwrap_or_else(|_| self.options.root.clone());
        let mut above = String::new();
        let mut base = root.as_path();
        loop {
            if let Ok(rest) = path.strip_prefix(base) {
                return format!("{above}{}", rest.to_string_lossy().replace('\\', "/"));
            }
            match base.parent() {
                Some(parent) => base = parent,
                None => return path.to_string_lossy().into_owned(),
            }
            above.push_str("../");
        }
    }

    /// Resolves and adds what a module names.
    fn follow(&mut self, index: usize) {
        let requests = self.modules[index].facts.requests.clone();
        let importer = self.modules[index].path.clone().unwrap_or_default();
        for request in &requests {
            let target = self.target(index, &importer, request);
            let module = &mut self.modules[index];
            module.requested.push(target);
            if let Some(target) = target {
                module.imports.push((request.specifier.clone(), target));
            }
        }
    }

    fn target(&mut self, index: usize, importer: &Path, request: &Request) -> Option<ModuleId> {
        let asker = if request.kind == RequestKind::Require { Asker::Require } else { Asker::Import };
        match self.resolve.resolve(&request.specifier, importer, asker) {
            Ok(Target::File { path, package_type }) => {
                self.add_file(path, request.attribute.clone(), package_type, Some((index, request)))
            }
            Ok(Target::Builtin(name)) => Some(self.add_builtin(name)),
            Ok(Target::Empty) => Some(self.add_empty()),
            Err(unresolved) => {
                let mut problem = self.at(index, request.at, unresolved.message);
                problem.help = unresolved.help;
                // Programs probe for Node's modules with `require`: there it fails when it is called.
                let node = crate::builtins::node_name(&request.specifier).is_some();
                if request.optional || node && request.kind == RequestKind::Require {
                    self.warnings.push(problem.warning());
                } else {
                    self.errors.push(problem);
                }
                None
            }
        }
    }

    /// A problem at an offset of a module's wrapped text.
    fn at(&self, index: usize, offset: u32, message: String) -> Diagnostic {
        let module = &self.modules[index];
        let origin = &module.origin;
        Diagnostic::at(&module.name, &origin.source, origin.file_offset(offset), message)
    }

    fn read(
        &mut self,
        path: &Path,
        name: &str,
        bytes: Vec<u8>,
        attribute: Option<&str>,
        package_type: PackageType,
        importer: Option<(usize, &Request)>,
    ) -> Result<Read, Vec<Diagnostic>> {
        let specifier = importer.map_or(name, |(_, request)| request.specifier.as_str());
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        let verdict = match attribute {
            Some("json") => return json(name, bytes),
            Some("text") => Verdict::Is(RuleKind::Text),
            Some("bytes") => Verdict::Is(RuleKind::Data),
            _ => self.rules.verdict(&[specifier, name]),
        };
        let script = |rule| {
            SourceType::from_path(path)
                .unwrap_or_default()
                .with_jsx(!matches!(extension, "ts" | "mts" | "cts"))
                .with_module(rule == Some(RuleKind::EsModule))
        };
        let source_type = match verdict {
            Verdict::Is(RuleKind::Text) => {
                return Ok(Read::plain(ModuleKind::Text, Code::Text(text(name, bytes)?)));
            }
            Verdict::Is(RuleKind::Data) => return Ok(Read::plain(ModuleKind::Data, Code::Data(bytes))),
            Verdict::Is(RuleKind::CompiledWasm) => {
                return Ok(Read::plain(ModuleKind::Wasm, Code::Data(bytes)));
            }
            Verdict::Is(RuleKind::EsModule) => script(Some(RuleKind::EsModule)),
            Verdict::Is(RuleKind::CommonJs) => script(None).with_commonjs(true),
            Verdict::Ended(_) | Verdict::Free => match extension {
                "json" => return json(name, bytes),
                "mjs" | "mts" => script(None).with_module(true),
                "cjs" | "cts" => script(None).with_commonjs(true),
                "js" | "jsx" | "ts" | "tsx" if importer.is_some() && package_type == PackageType::Module => {
                    script(None).with_module(true)
                }
                "js" | "jsx" | "ts" | "tsx" => script(None).with_unambiguous(true),
                _ => return Err(vec![self.unknown(name, extension, &verdict, importer)]),
            },
        };
        self.read_script(name, text(name, bytes)?, source_type, importer.is_none())
    }

    fn unknown(
        &self,
        name: &str,
        extension: &str,
        verdict: &Verdict,
        importer: Option<(usize, &Request)>,
    ) -> Diagnostic {
        let (message, help) = match verdict {
            Verdict::Ended(kind) => (
                format!(
                    "{name} matches a rule of type {}, but an earlier rule of that type ends it",
                    kind.name()
                ),
                "add fallthrough = true to the earlier rule".to_owned(),
            ),
            _ => (
                format!("{name} is not a module of a known kind"),
                format!(
                    "say what it is with a rule: rules = [{{ type = \"Text\", globs = [\"**/*.{extension}\"] }}]"
                ),
            ),
        };
        match importer {
            Some((index, request)) => self.at(index, request.at, message).help(help),
            None => Diagnostic::of_file(name, message).help(help),
        }
    }

    fn read_script(
        &self,
        name: &str,
        source: String,
        source_type: SourceType,
        entry: bool,
    ) -> Result<Read, Vec<Diagnostic>> {
        let typescript = source_type.is_typescript();
        let allocator = Allocator::default();
        let mut parsed = Parser::new(&allocator, &source, source_type).parse();
        if parsed.diagnostics.has_errors()
            && source_type.is_unambiguous()
            && !parsed.module_record.has_module_syntax
        {
            // A CommonJS file is a function's body: it may return.
            let tried = Parser::new(&allocator, &source, source_type.with_commonjs(true)).parse();
            if !tried.panicked && !tried.diagnostics.has_errors() {
                parsed = tried;
            }
        }
        refuse(name, &source, &parsed)?;
        // `export =` is CommonJS by another name.
        let assigned =
            parsed.program.body.iter().any(|statement| matches!(statement, Statement::TSExportAssignment(_)));
        let module = parsed.program.source_type.is_module() && !assigned;
        let lowered = if self.lowering.concerns(&parsed.program) {
            let lowered = self.lowering.run(&allocator, &mut parsed.program, name);
            Some(lowered.map_err(|problems| explain(name, &source, &problems))?)
        } else {
            None
        };
        let kind = if module { ModuleKind::EsModule } else { ModuleKind::CommonJs };
        let (kind, wrapped) = match &lowered {
            None => self.wrap(name, &source, None, &parsed, kind, entry)?,
            Some(lowered) => {
                let source_type = if module { SourceType::mjs() } else { SourceType::cjs() };
                let parsed = Parser::new(&allocator, &lowered.text, source_type).parse();
                refuse(name, &lowered.text, &parsed)?;
                self.wrap(name, &source, Some(lowered), &parsed, kind, entry)?
            }
        };
        drop(parsed);
        Ok(Read {
            kind,
            code: Code::Script(wrapped.code),
            facts: wrapped.facts,
            origin: Origin { source, lowered, trail: wrapped.trail },
            typescript,
            keys: Vec::new(),
        })
    }

    /// An entry that is neither an ES module nor CommonJS is a service worker's script.
    fn wrap(
        &self,
        name: &str,
        source: &str,
        lowered: Option<&Lowered>,
        parsed: &ParserReturn<'_>,
        kind: ModuleKind,
        entry: bool,
    ) -> Result<(ModuleKind, Wrapped), Vec<Diagnostic>> {
        let text = lowered.map_or(source, |lowered| &lowered.text);
        let checked = SemanticBuilder::new_compiler().build(&parsed.program);
        if checked.diagnostics.has_errors() {
            let place = |at| lowered.map_or(at, |lowered| lowered.original_offset(source, at));
            let errors = checked.diagnostics.errors();
            return Err(errors.map(|error| Diagnostic::from_parser(name, source, error, place)).collect());
        }
        let scoping = checked.semantic.into_scoping();
        let wrap_as = |kind| {
            wrap::wrap(text, &parsed.program, &scoping, kind, &self.define).map_err(|refusals| {
                let problem = |refusal: wrap::Refusal| {
                    let at =
                        lowered.map_or(refusal.at, |lowered| lowered.original_offset(source, refusal.at));
                    Diagnostic::at(name, source, at, refusal.message)
                };
                refusals.into_iter().map(problem).collect::<Vec<_>>()
            })
        };
        let wrapped = wrap_as(kind)?;
        if entry && kind == ModuleKind::CommonJs && !wrapped.facts.needs_record {
            return Ok((ModuleKind::Script, wrap_as(ModuleKind::Script)?));
        }
        Ok((kind, wrapped))
    }

    fn finish(mut self) -> Result<Graph, Vec<Diagnostic>> {
        let entry = ModuleId(0);
        let mut files = std::mem::take(&mut self.files);
        files.append(&mut self.resolve.probed);
        files.sort();
        files.dedup();
        let mut graph =
            Graph { entry, modules: self.modules, format: Format::Modules, files, warnings: self.warnings };
        if self.errors.is_empty() {
            self.errors = link::check(&graph);
        }
        if !self.errors.is_empty() {
            return Err(self.errors);
        }
        let main = graph.module(entry);
        let exports = &main.facts.exports;
        let default = exports.iter().any(|export| export.name == "default") || main.facts.names_exports;
        if !default {
            if exports.is_empty() && main.facts.stars.is_empty() {
                graph.format = Format::ServiceWorker;
            } else {
                let message = "the entry exports names but no default: it answers no requests".to_owned();
                let warning = Diagnostic::of_file(&main.name, message).warning();
                graph.warnings.push(warning.help("export default { fetch(request, env, ctx) { … } }"));
            }
        }
        Ok(graph)
    }
}

fn refuse(name: &str, source: &str, parsed: &ParserReturn<'_>) -> Result<(), Vec<Diagnostic>> {
    if parsed.panicked || parsed.diagnostics.has_errors() {
        return Err(explain(name, source, &parsed.diagnostics));
    }
    Ok(())
}

fn explain(name: &str, source: &str, diagnostics: &Diagnostics) -> Vec<Diagnostic> {
    diagnostics.errors().map(|error| Diagnostic::from_parser(name, source, error, |at| at)).collect()
}

fn text(name: &str, bytes: Vec<u8>) -> Result<String, Vec<Diagnostic>> {
    match String::from_utf8(bytes) {
        Ok(mut text) => {
            if text.starts_with('\u{feff}') {
                text.drain(..'\u{feff}'.len_utf8());
            }
            Ok(text)
        }
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let valid = String::from_utf8_lossy(&error.as_bytes()[..at]).into_owned();
            Err(vec![Diagnostic::at(name, &valid, at as u32, "the file is not UTF-8 text".to_owned())])
        }
    }
}

fn json(name: &str, bytes: Vec<u8>) -> Result<Read, Vec<Diagnostic>> {
    let text = text(name, bytes)?;
    match serde_json::from_str::<serde_json::Value>(&text) {
        Ok(value) => {
            let keys = value.as_object().map(|object| object.keys().cloned().collect()).unwrap_or_default();
            Ok(Read { keys, ..Read::plain(ModuleKind::Json, Code::Text(text)) })
        }
        Err(error) => {
            let at =
                crate::text::offset(&text, error.line().saturating_sub(1), error.column().saturating_sub(1));
            let told = error.to_string();
            let what = told.split(" at line ").next().unwrap_or(&told);
            Err(vec![Diagnostic::at(name, &text, at.unwrap_or(0) as u32, format!("broken JSON: {what}"))])
        }
    }
}

/// The `type` of the nearest `package.json` above a file.
fn package_type_above(path: &Path) -> PackageType {
    let manifest = path.ancestors().skip(1).find_map(|folder| fs::read(folder.join("package.json")).ok());
    let manifest = manifest.and_then(|bytes| serde_json::from_slice::<serde_json::Value>(&bytes).ok());
    match manifest.as_ref().and_then(|manifest| manifest.get("type")).and_then(|value| value.as_str()) {
        Some("module") => PackageType::Module,
        Some("commonjs") => PackageType::CommonJs,
        _ => PackageType::Unsaid,
    }
}

/// `define` as text to put in place: a JSON literal, or a name. `process.env.NODE_ENV` is set as bundlers do.
fn definitions(define: &BTreeMap<String, String>) -> Result<BTreeMap<String, String>, Vec<Diagnostic>> {
    let mut all = BTreeMap::from([("process.env.NODE_ENV".to_owned(), "\"development\"".to_owned())]);
    let mut problems = Vec::new();
    for (name, value) in define {
        let named = |text: &str| {
            !text.is_empty()
                && text.split('.').all(|part| {
                    !part.is_empty()
                        && !part.starts_with(|first: char| first.is_ascii_digit())
                        && part
                            .chars()
                            .all(|character| character.is_alphanumeric() || "_$".contains(character))
                })
        };
        let literal = serde_json::from_str::<serde_json::Value>(value);
        if !named(name) || literal.is_err() && !named(value) {
            let message = format!("define: cannot replace {name:?} by {value:?}");
            let help = "the value must be JSON or a name; a string needs quotes of its own: \"\\\"text\\\"\"";
            problems.push(Diagnostic::of_file("", message).help(help));
            continue;
        }
        let text = match literal {
            Ok(object @ serde_json::Value::Object(_)) => format!("({object})"),
            Ok(literal) => literal.to_string(),
            Err(_) => value.clone(),
        };
        all.insert(name.clone(), text);
    }
    debug_assert!(problems.iter().all(|problem| problem.severity == Severity::Error));
    if problems.is_empty() { Ok(all) } else { Err(problems) }
}
