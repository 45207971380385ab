//! From a JavaScript file to one function expression with live bindings.
//!
//! The text stays as it is but for small edits that keep its lines:
//!
//! ```text
//!   import { f, n } from "./b";         ;
//!   export const twice = () => f(n);    const twice = () => (0, $hf1.f)($hf1.n);
//!   export default twice(1);            const $hfDefault = { "default": twice(1) }["default"];
//!   await twice(2);                     yield (twice(2));
//! ```
//!
//! with `(function* ($hf, $hf1) { "use strict"; yield { "twice": () => twice, … };` before it on the first line and
//! `})` after it. `$hf` is the module record, `$hf1` the namespace of the first static request. What the functions
//! must do is at the head of `js/linker.js`.
//!
//! A later transform (async contexts) has its seam here: it would be one more visitor over the same edits.

use oxc::ast::ast;
use oxc::semantic::{Scoping, SymbolId};
use oxc::span::GetSpan;
use std::collections::{BTreeMap, HashMap};

use crate::edits::{Edits, Trail};
use crate::facts::{Export, ExportSource, Facts, Import, Request, RequestKind};
use crate::options::ModuleKind;

mod decorators;
mod references;
mod stacks;

/// A wrapped file.
#[derive(Debug)]
pub(crate) struct Wrapped {
    pub(crate) code: String,
    pub(crate) trail: Trail,
    pub(crate) facts: Facts,
}

/// A construct that this crate cannot turn into what the engine runs.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) at: u32,
    pub(crate) message: String,
}

/// Wraps a parsed JavaScript file as a module of `kind` (ES module, CommonJS or script).
pub(crate) fn wrap(
    source: &str,
    program: &ast::Program<'_>,
    scoping: &Scoping,
    kind: ModuleKind,
    define: &BTreeMap<String, String>,
) -> Result<Wrapped, Vec<Refusal>> {
    let mut prefix = "$hf".to_owned();
    while source.contains(&prefix) {
        prefix.push('_');
    }
    let mut wrapper = Wrapper {
        source,
        scoping,
        define,
        prefix,
        module: kind == ModuleKind::EsModule,
        edits: Edits::default(),
        facts: Facts::default(),
        bindings: HashMap::new(),
        getters: Vec::new(),
        head: String::new(),
        refusals: Vec::new(),
        functions: 0,
        tries: 0,
        loops: 0,
        accessors: 0,
        chains: 0,
        statement_start: None,
        labels: Vec::new(),
        class_head: None,
    };
    if let Some(hashbang) = &program.hashbang {
        wrapper.edits.replace(source, hashbang.span.start, hashbang.span.end, "");
    }
    if wrapper.module {
        wrapper.collect_imports(program);
    }
    wrapper.body(program);
    if !wrapper.refusals.is_empty() {
        return Err(wrapper.refusals);
    }
    Ok(wrapper.finish(kind))
}

/// What an imported name stands for.
#[derive(Debug, Clone)]
struct Binding {
    /// Index into the facts' imports.
    import: usize,
    /// The expression that reads it.
    text: String,
    namespace: bool,
}

struct Wrapper<'s> {
    source: &'s str,
    scoping: &'s Scoping,
    define: &'s BTreeMap<String, String>,
    /// Begins every name this file did not have.
    prefix: String,
    module: bool,
    edits: Edits,
    facts: Facts,
    bindings: HashMap<SymbolId, Binding>,
    /// Exported name and local expression.
    getters: Vec<(String, String)>,
    /// Statements before the getters are handed over.
    head: String,
    refusals: Vec<Refusal>,
    /// Nesting of functions; 0 is where `await` is the module's own.
    functions: usize,
    tries: usize,
    loops: usize,
    accessors: usize,
    /// More than 0 within an optional chain or what `new` constructs, where a read of `.stack` must stay as it is.
    chains: usize,
    /// Where the expression of the current expression statement begins: an edit that puts a parenthesis there
    /// could turn the statement before it into a call.
    statement_start: Option<u32>,
    /// Labels of the statement about to be visited.
    labels: Vec<String>,
    /// Where the statement of the class about to be visited begins, if that is before the class.
    class_head: Option<u32>,
}

impl Wrapper<'_> {
    /// Import declarations are hoisted: their bindings are known before any statement is visited.
    fn collect_imports(&mut self, program: &ast::Program<'_>) {
        for statement in &program.body {
            match statement {
                ast::Statement::ImportDeclaration(import) => {
                    let request = self.static_request(&import.source, import.with_clause.as_deref());
                    for specifier in import.specifiers.iter().flatten() {
                        self.import(request, specifier);
                    }
                }
                ast::Statement::ExportAllDeclaration(export) => {
                    self.static_request(&export.source, export.with_clause.as_deref());
                }
                ast::Statement::ExportFromDeclaration(export) => {
                    self.static_request(&export.source, export.with_clause.as_deref());
                }
                _ => {}
            }
        }
    }

    fn static_request(
        &mut self,
        source: &ast::StringLiteral<'_>,
        with: Option<&ast::WithClause<'_>>,
    ) -> usize {
        let attribute = with.and_then(|with| {
            with.with_entries
                .iter()
                .find(|entry| entry.key.as_arena_str().as_str() == "type")
                .map(|entry| entry.value.value.to_string())
        });
        self.request(Request {
            specifier: source.value.to_string(),
            kind: RequestKind::Import,
            attribute,
            at: source.span.start,
            optional: false,
        })
    }

    /// The index of a request, made or found.
    fn request(&mut self, request: Request) -> usize {
        let same = |other: &Request| {
            (&other.specifier, other.kind, &other.attribute)
                == (&request.specifier, request.kind, &request.attribute)
        };
        if let Some(found) = self.facts.requests.iter().position(same) {
            self.facts.requests[found].optional &= request.optional;
            return found;
        }
        self.facts.requests.push(request);
        self.facts.requests.len() - 1
    }

    fn import(&mut self, request: usize, specifier: &ast::ImportDeclarationSpecifier<'_>) {
        use ast::ImportDeclarationSpecifier as Specifier;
        let (imported, local) = match specifier {
            Specifier::ImportSpecifier(specifier) => {
                (Some(specifier.imported.name().to_string()), &specifier.local)
            }
            Specifier::ImportDefaultSpecifier(specifier) => (Some("default".to_owned()), &specifier.local),
            Specifier::ImportNamespaceSpecifier(specifier) => (None, &specifier.local),
        };
        let symbol = local.symbol_id();
        let namespace = format!("{}{}", self.prefix, request + 1);
        let text = imported.as_ref().map_or(namespace.clone(), |name| member(&namespace, name));
        let binding = Binding { import: self.facts.imports.len(), text, namespace: imported.is_none() };
        self.bindings.insert(symbol, binding);
        self.facts.imports.push(Import { request, imported, at: specifier.span().start, used: false });
    }

    fn body(&mut self, program: &ast::Program<'_>) {
        for statement in &program.body {
            match statement {
                ast::Statement::ImportDeclaration(import) => self.remove(import.span.start, import.span.end),
                ast::Statement::ExportAllDeclaration(export) => self.export_all(export),
                ast::Statement::ExportFromDeclaration(export) => self.export_from(export),
                ast::Statement::ExportNamedDeclaration(export) => self.export_names(export),
                ast::Statement::ExportDeclaration(export) => self.export_declaration(export),
                ast::Statement::ExportDefaultDeclaration(export) => self.export_default(export),
                statement => self.statement(statement),
            }
        }
    }

    fn remove(&mut self, start: u32, end: u32) {
        self.edits.replace(self.source, start, end, ";");
    }

    fn export_all(&mut self, export: &ast::ExportAllDeclaration<'_>) {
        let request = self.static_request(&export.source, export.with_clause.as_deref());
        match &export.exported {
            None => self.facts.stars.push(request),
            Some(name) => self.export(
                name.name().as_str(),
                ExportSource::Request { request, imported: None },
                name.span().start,
            ),
        }
        self.remove(export.span.start, export.span.end);
    }

    fn export_from(&mut self, export: &ast::ExportFromDeclaration<'_>) {
        let request = self.static_request(&export.source, export.with_clause.as_deref());
        for specifier in &export.specifiers {
            let imported = Some(specifier.local.name().to_string());
            self.export(
                specifier.exported.name().as_str(),
                ExportSource::Request { request, imported },
                specifier.span.start,
            );
        }
        self.remove(export.span.start, export.span.end);
    }

    fn export_names(&mut self, export: &ast::ExportNamedDeclaration<'_>) {
        for specifier in &export.specifiers {
            let exported = specifier.exported.name();
            let symbol = self.scoping.get_root_binding(specifier.local.name().as_str().into());
            let binding = symbol.and_then(|symbol| self.bindings.get(&symbol)).cloned();
            match binding {
                Some(binding) => {
                    let import = &self.facts.imports[binding.import];
                    let source =
                        ExportSource::Request { request: import.request, imported: import.imported.clone() };
                    self.export(exported.as_str(), source, specifier.span.start);
                }
                None => self.export_local(
                    exported.as_str(),
                    specifier.local.name().as_str(),
                    specifier.span.start,
                ),
            }
        }
        self.remove(export.span.start, export.span.end);
    }

    fn export_declaration(&mut self, export: &ast::ExportDeclaration<'_>) {
        let names: Vec<(String, u32)> = match &export.declaration {
            ast::Declaration::VariableDeclaration(declaration) => declaration
                .declarations
                .iter()
                .flat_map(|declarator| declarator.id.get_binding_identifiers())
                .map(|identifier| (identifier.name.to_string(), identifier.span.start))
                .collect(),
            declaration => declaration
                .id()
                .map(|identifier| (identifier.name.to_string(), identifier.span.start))
                .into_iter()
                .collect(),
        };
        for (name, at) in names {
            self.export_local(&name, &name, at);
        }
        match &export.declaration {
            ast::Declaration::ClassDeclaration(class) if decorators::decorated(class) => {
                self.class_head = Some(export.span.start);
            }
            declaration => {
                self.edits.replace(self.source, export.span.start, declaration.span().start, "");
            }
        }
        self.declaration(&export.declaration);
    }

    fn export_default(&mut self, export: &ast::ExportDefaultDeclaration<'_>) {
        use ast::ExportDefaultDeclarationKind as Kind;
        let own = format!("{}Default", self.prefix);
        let (start, body) = (export.span.start, export.declaration.span());
        match &export.declaration {
            Kind::FunctionDeclaration(function) => {
                self.edits.replace(self.source, start, body.start, "");
                let local = match &function.id {
                    Some(identifier) => identifier.name.to_string(),
                    None => {
                        self.edits.insert(function.params.span.start, format!(" {own}"));
                        self.head.push_str(&format!("{}.helpers.nameDefault({own}); ", self.prefix));
                        own
                    }
                };
                self.export_local("default", &local, start);
            }
            Kind::ClassDeclaration(class) if class.id.is_some() => {
                if decorators::decorated(class) {
                    self.class_head = Some(start);
                } else {
                    self.edits.replace(self.source, start, body.start, "");
                }
                let local = class.id.as_ref().map_or(own, |identifier| identifier.name.to_string());
                self.export_local("default", &local, start);
            }
            // A computed lookup, so that an anonymous function or class is named "default".
            _ => {
                let head = format!("const {own} = {{ \"default\": ");
                self.edits.replace(self.source, start, body.start, head);
                self.export_local("default", &own, start);
            }
        }
        self.default_declaration(&export.declaration);
        match &export.declaration {
            Kind::FunctionDeclaration(_) => {}
            Kind::ClassDeclaration(class) if class.id.is_some() => {}
            _ => self.edits.close(body.end, " }[\"default\"];"),
        }
    }

    fn export_local(&mut self, name: &str, local: &str, at: u32) {
        self.getters.push((name.to_owned(), local.to_owned()));
        self.export(name, ExportSource::Local, at);
    }

    fn export(&mut self, name: &str, source: ExportSource, at: u32) {
        self.facts.exports.push(Export { name: name.to_owned(), source, at });
    }

    fn finish(self, kind: ModuleKind) -> Wrapped {
        let (head, tail) = match kind {
            ModuleKind::EsModule => (self.module_head(), "\n})"),
            ModuleKind::CommonJs => {
                let record = &self.prefix;
                (format!("(function (exports, require, module, __filename, __dirname, {record}) {{"), "\n})")
            }
            _ => (String::new(), ""),
        };
        let (code, trail) = self.edits.apply(self.source, &head, tail);
        Wrapped { code, trail, facts: self.facts }
    }

    fn module_head(&self) -> String {
        let prefix = &self.prefix;
        let imports =
            self.facts.requests.iter().filter(|request| request.kind == RequestKind::Import).count();
        let mut head = format!("(function* ({prefix}");
        for number in 1..=imports {
            head.push_str(&format!(", {prefix}{number}"));
        }
        head.push_str(") { \"use strict\"; ");
        head.push_str(&self.head);
        head.push_str("yield {");
        for (name, local) in &self.getters {
            // A computed key, because `"__proto__": …` would set the prototype.
            head.push_str(&format!(" [{}]: () => {local},", quote(name)));
        }
        head.push_str(" };");
        head
    }
}

/// `object.name`, or `object["na me"]`.
fn member(object: &str, name: &str) -> String {
    let plain = name.chars().enumerate().all(|(at, character)| {
        character == '_'
            || character == '$'
            || character.is_ascii_alphabetic()
            || at > 0 && character.is_ascii_digit()
    });
    if plain && !name.is_empty() { format!("{object}.{name}") } else { format!("{object}[{}]", quote(name)) }
}

/// A string as a JavaScript literal on one line.
fn quote(text: &str) -> String {
    let json = serde_json::Value::from(text).to_string();
    json.replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}
