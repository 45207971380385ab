//! Which export of which module each name means, decided before anything runs.
//!
//! ECMAScript's ResolveExport and GetExportedNames over the loaded graph. What only running shows (the names of a
//! CommonJS or built-in module) is left to `js/linker.js`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::diagnostic::Diagnostic;
use crate::facts::{ExportSource, RequestKind};
use crate::graph::{Graph, Module, ModuleId};
use crate::options::ModuleKind;
use crate::text;

/// What a name of a module leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Resolution {
    /// A binding of a module; its namespace if there is no name.
    Found(ModuleId, Option<String>),
    /// Perhaps a name of this module, which only running it shows.
    Open(ModuleId, String),
    Ambiguous,
    Missing,
}

impl Module {
    /// The module a request led to.
    fn target(&self, request: usize) -> Option<ModuleId> {
        self.requested.get(request).copied().flatten()
    }
}

fn resolve(graph: &Graph, id: ModuleId, name: &str, seen: &mut BTreeSet<(ModuleId, String)>) -> Resolution {
    if !seen.insert((id, name.to_owned())) {
        return Resolution::Missing;
    }
    let module = graph.module(id);
    match module.kind {
        ModuleKind::EsModule => {}
        ModuleKind::Builtin | ModuleKind::CommonJs | ModuleKind::Script => {
            return Resolution::Open(id, name.to_owned());
        }
        _ if name == "default" || module.keys.iter().any(|key| key == name) => {
            return Resolution::Found(id, Some(name.to_owned()));
        }
        _ => return Resolution::Missing,
    }
    if let Some(export) = module.facts.exports.iter().find(|export| export.name == name) {
        return match &export.source {
            ExportSource::Local => Resolution::Found(id, Some(name.to_owned())),
            ExportSource::Request { request, imported } => match (module.target(*request), imported) {
                (Some(target), None) => Resolution::Found(target, None),
                (Some(target), Some(imported)) => resolve(graph, target, imported, seen),
                (None, _) => Resolution::Missing,
            },
        };
    }
    if name == "default" {
        return Resolution::Missing;
    }
    let mut found = Resolution::Missing;
    for target in module.facts.stars.iter().filter_map(|request| module.target(*request)) {
        match (&found, resolve(graph, target, name, seen)) {
            (_, Resolution::Missing) => {}
            (_, Resolution::Ambiguous) => return Resolution::Ambiguous,
            (Resolution::Found(..), Resolution::Open(..)) => {}
            (Resolution::Missing | Resolution::Open(..), other) => found = other,
            (Resolution::Found(..), other) if found == other => {}
            _ => return Resolution::Ambiguous,
        }
    }
    found
}

/// GetExportedNames, sorted; names of `export *` from modules that must run first are not among them.
fn names(graph: &Graph, id: ModuleId) -> BTreeSet<String> {
    fn collect(graph: &Graph, id: ModuleId, into: &mut BTreeSet<String>, seen: &mut BTreeSet<ModuleId>) {
        if !seen.insert(id) {
            return;
        }
        let module = graph.module(id);
        into.extend(module.facts.exports.iter().map(|export| export.name.clone()));
        into.extend(module.keys.iter().cloned());
        for target in module.facts.stars.iter().filter_map(|request| module.target(*request)) {
            let mut theirs = BTreeSet::new();
            collect(graph, target, &mut theirs, seen);
            theirs.remove("default");
            into.extend(theirs);
        }
    }
    let (mut into, mut seen) = (BTreeSet::new(), BTreeSet::new());
    collect(graph, id, &mut into, &mut seen);
    into
}

pub(crate) fn exported_names(graph: &Graph, id: ModuleId) -> Vec<String> {
    names(graph, id).into_iter().collect()
}

/// `export *` sources below a module whose names only running them shows.
fn open_stars(graph: &Graph, id: ModuleId) -> Vec<ModuleId> {
    let (mut open, mut seen, mut next) = (Vec::new(), BTreeSet::new(), vec![id]);
    while let Some(id) = next.pop() {
        let module = graph.module(id);
        if !seen.insert(id) {
            continue;
        }
        match module.kind {
            ModuleKind::EsModule => {
                next.extend(module.facts.stars.iter().rev().filter_map(|request| module.target(*request)));
            }
            ModuleKind::Builtin | ModuleKind::CommonJs | ModuleKind::Script => open.push(id),
            _ => {}
        }
    }
    open
}

/// Names that are imported but exist nowhere.
pub(crate) fn check(graph: &Graph) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    for module in graph.modules.iter().filter(|module| module.kind == ModuleKind::EsModule) {
        let typescript = module.reading.typescript;
        let imports = module.facts.imports.iter().filter(|import| import.used || !typescript);
        let imported = imports.map(|import| (import.request, &import.imported, import.at));
        let exports = module.facts.exports.iter().filter(|_| !typescript);
        let exported = exports.filter_map(|export| match &export.source {
            ExportSource::Request { request, imported } => Some((*request, imported, export.at)),
            ExportSource::Local => None,
        });
        for (request, name, at) in imported.chain(exported) {
            let (Some(name), Some(target)) = (name, module.target(request)) else { continue };
            let what = match resolve(graph, target, name, &mut BTreeSet::new()) {
                Resolution::Missing => "does not provide an export named",
                Resolution::Ambiguous => "contains conflicting star exports for",
                _ => continue,
            };
            let specifier = &module.facts.requests[request].specifier;
            let message = format!("SyntaxError: The requested module '{specifier}' {what} '{name}'");
            let at = module.origin.file_offset(at);
            let mut problem = Diagnostic::at(&module.name, &module.origin.source, at, message);
            problem.help = suggestion(&names(graph, target), &graph.module(target).name);
            if !problems.contains(&problem) {
                problems.push(problem);
            }
        }
    }
    problems
}

fn suggestion(names: &BTreeSet<String>, module: &str) -> Option<String> {
    const NAMES_MAX: usize = 12;
    if names.is_empty() {
        return Some(format!("{module} exports nothing"));
    }
    let listed: Vec<&str> = names.iter().map(String::as_str).take(NAMES_MAX).collect();
    let more = if names.len() > NAMES_MAX { ", …" } else { "" };
    Some(format!("{module} exports {}{more}", listed.join(", ")))
}

/// The linker's descriptors; their meaning is at the head of `js/linker.js`.
pub(crate) fn descriptors(graph: &Graph) -> Value {
    graph.modules.iter().map(|module| descriptor(graph, module)).collect()
}

fn descriptor(graph: &Graph, module: &Module) -> Value {
    let facts = &module.facts;
    let table: BTreeMap<&str, usize> =
        module.imports.iter().map(|(specifier, id)| (specifier.as_str(), id.0)).collect();
    if module.kind != ModuleKind::EsModule {
        return json!({
            "name": module.name,
            "kind": module.kind.name(),
            "main": module.id == graph.entry,
            "node": module.reading.node,
            "table": table,
        });
    }
    let imports: Vec<usize> = facts
        .requests
        .iter()
        .zip(&module.requested)
        .filter(|(request, _)| request.kind == RequestKind::Import)
        .filter_map(|(_, target)| target.map(|id| id.0))
        .collect();
    let exports: Vec<Value> = names(graph, module.id)
        .into_iter()
        .filter_map(|name| match resolve(graph, module.id, &name, &mut BTreeSet::new()) {
            Resolution::Found(from, local) => Some(json!([name, from.0, local])),
            Resolution::Open(from, local) => Some(json!([name, from.0, local])),
            Resolution::Ambiguous | Resolution::Missing => None,
        })
        .collect();
    json!({
        "name": module.name,
        "kind": module.kind.name(),
        "main": module.id == graph.entry,
        "async": facts.has_await,
        "node": module.reading.node,
        "imports": imports,
        "exports": exports,
        "stars": open_stars(graph, module.id).iter().map(|id| id.0).collect::<Vec<_>>(),
        "checks": checks(graph, module),
        "table": table,
    })
}

/// Names of built-ins, which the linker asks the host for.
fn checks(graph: &Graph, module: &Module) -> Vec<Value> {
    let imports = module.facts.imports.iter().filter(|import| import.used || !module.reading.typescript);
    imports
        .filter_map(|import| {
            let (target, name) = (module.target(import.request)?, import.imported.as_ref()?);
            (graph.module(target).kind == ModuleKind::Builtin).then(|| {
                let at = module.origin.file_offset(import.at) as usize;
                let (line, column) = text::locate(&module.origin.source, at);
                json!([target.0, name, format!("{}:{}:{}", module.name, line + 1, column + 1)])
            })
        })
        .collect()
}
