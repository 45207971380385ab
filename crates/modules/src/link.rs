//! Which export of which module each name means, decided before anything runs.
//!
//! ECMAScript's ResolveExport and GetExportedNames over the loaded graph. What only running shows (the names of a
//! CommonJS or built-in module) is left to `js/linker.js`.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::{Value, json};

use crate::diagnostic::Diagnostic;
use crate::facts::{ExportSource, RequestKind};
use crate::graph::{Graph, Module, ModuleId};
use crate::options::ModuleKind;
use crate::text;

/// What a name of a module leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Resolution<'g> {
    /// A binding of a module; its namespace if there is no name.
    Found(ModuleId, Option<&'g str>),
    /// Perhaps a name of this module, which only running it shows.
    Open(ModuleId, &'g str),
    Ambiguous,
    Missing,
}

/// A graph with its exports by name.
struct Names<'g> {
    graph: &'g Graph,
    exports: Vec<HashMap<&'g str, &'g ExportSource>>,
}

impl Module {
    /// The module a request led to.
    fn target(&self, request: usize) -> Option<ModuleId> {
        self.requested.get(request).copied().flatten()
    }

    fn star_targets(&self) -> impl DoubleEndedIterator<Item = ModuleId> + '_ {
        self.facts.stars.iter().filter_map(|request| self.target(*request))
    }
}

impl<'g> Names<'g> {
    fn new(graph: &'g Graph) -> Self {
        let of = |module: &'g Module| {
            module.facts.exports.iter().map(|export| (export.name.as_str(), &export.source)).collect()
        };
        Self { graph, exports: graph.modules.iter().map(of).collect() }
    }

    fn resolve(&self, id: ModuleId, name: &'g str) -> Resolution<'g> {
        self.find(id, name, &mut Vec::new())
    }

    /// ResolveExport. `seen` is what is being looked for already: a cycle leads nowhere.
    fn find(&self, id: ModuleId, name: &'g str, seen: &mut Vec<(ModuleId, &'g str)>) -> Resolution<'g> {
        let module = self.graph.module(id);
        match module.kind {
            ModuleKind::EsModule => {}
            ModuleKind::Builtin | ModuleKind::CommonJs | ModuleKind::Script => {
                return Resolution::Open(id, name);
            }
            _ if name == "default" || module.keys.iter().any(|key| key == name) => {
                return Resolution::Found(id, Some(name));
            }
            _ => return Resolution::Missing,
        }
        match self.exports[id.0].get(name) {
            Some(ExportSource::Local) => return Resolution::Found(id, Some(name)),
            Some(ExportSource::Request { request, imported }) => {
                if seen.contains(&(id, name)) {
                    return Resolution::Missing;
                }
                seen.push((id, name));
                return match (module.target(*request), imported) {
                    (Some(target), None) => Resolution::Found(target, None),
                    (Some(target), Some(imported)) => self.find(target, imported, seen),
                    (None, _) => Resolution::Missing,
                };
            }
            None if name == "default" || module.facts.stars.is_empty() => return Resolution::Missing,
            None => {}
        }
        if seen.contains(&(id, name)) {
            return Resolution::Missing;
        }
        seen.push((id, name));
        let mut found = Resolution::Missing;
        for target in module.star_targets() {
            match (found, self.find(target, name, seen)) {
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
    fn of(&self, id: ModuleId) -> BTreeSet<&'g str> {
        let (mut into, mut seen, mut next) = (BTreeSet::new(), BTreeSet::new(), vec![id]);
        while let Some(at) = next.pop() {
            if !seen.insert(at) {
                continue;
            }
            let module = self.graph.module(at);
            let own = module.facts.exports.iter().map(|export| export.name.as_str());
            let names = own.chain(module.keys.iter().map(String::as_str));
            into.extend(names.filter(|name| at == id || *name != "default"));
            next.extend(module.star_targets());
        }
        into
    }
}

pub(crate) fn exported_names(graph: &Graph, id: ModuleId) -> Vec<String> {
    Names::new(graph).of(id).into_iter().map(str::to_owned).collect()
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
                next.extend(module.star_targets().rev());
            }
            ModuleKind::Builtin | ModuleKind::CommonJs | ModuleKind::Script => open.push(id),
            _ => {}
        }
    }
    open
}

/// Names that are imported but exist nowhere.
pub(crate) fn check(graph: &Graph) -> Vec<Diagnostic> {
    let names = Names::new(graph);
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
            let what = match names.resolve(target, name) {
                Resolution::Missing => "does not provide an export named",
                Resolution::Ambiguous => "contains conflicting star exports for",
                _ => continue,
            };
            let specifier = &module.facts.requests[request].specifier;
            let message = format!("SyntaxError: The requested module '{specifier}' {what} '{name}'");
            let at = module.origin.file_offset(at);
            let mut problem = Diagnostic::at(&module.name, &module.origin.source, at, message);
            problem.help = suggestion(&names.of(target), &graph.module(target).name);
            if !problems.contains(&problem) {
                problems.push(problem);
            }
        }
    }
    problems
}

fn suggestion(names: &BTreeSet<&str>, module: &str) -> Option<String> {
    const NAMES_MAX: usize = 12;
    if names.is_empty() {
        return Some(format!("{module} exports nothing"));
    }
    let listed: Vec<&str> = names.iter().copied().take(NAMES_MAX).collect();
    let more = if names.len() > NAMES_MAX { ", …" } else { "" };
    Some(format!("{module} exports {}{more}", listed.join(", ")))
}

/// The linker's descriptors; their meaning is at the head of `js/linker.js`.
pub(crate) fn descriptors(graph: &Graph) -> Value {
    let names = Names::new(graph);
    graph.modules.iter().map(|module| descriptor(&names, module)).collect()
}

fn descriptor(names: &Names<'_>, module: &Module) -> Value {
    let graph = names.graph;
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
    let exports: Vec<Value> = names
        .of(module.id)
        .into_iter()
        .filter_map(|name| match names.resolve(module.id, name) {
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
