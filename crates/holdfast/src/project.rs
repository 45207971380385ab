//! From a configuration to a program that can run: modules loaded, flags understood, classes and bindings numbered.

use crate::report::{Place, Problem};
use holdfast_config::{Config, RuleKind as ConfigRuleKind, Step, Storage};
use holdfast_core::key_value::Backend;
use holdfast_host::{Binding, NOT_RUNNING, Namespace, Program};
use holdfast_modules::{Graph, Jsx, Options, Rule, RuleKind, Severity};
use holdfast_store::{Change, Migration, Store};
use holdfast_workers::flags::Flags;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// The modules of a Worker, and what is worth a warning.
pub(crate) fn load_graph(config: &Config, flags: &Flags) -> Result<(Graph, Vec<Problem>), Vec<Problem>> {
    let options = Options {
        root: config.root.clone(),
        entry: config.main.clone(),
        rules: config.rules.iter().filter_map(rule).collect(),
        alias: config.alias.clone(),
        define: config.define.clone(),
        builtins: builtins(flags),
        node_compat: flags.is_on("nodejs_compat"),
        tsconfig: config.tsconfig.clone(),
        jsx: Jsx { factory: config.jsx.factory.clone(), fragment: config.jsx.fragment.clone() },
    };
    match holdfast_modules::load(&options) {
        Ok(mut graph) => {
            let warnings = graph.warnings.drain(..).map(|one| problem(&config.root, one)).collect();
            Ok((graph, warnings))
        }
        Err(diagnostics) => Err(diagnostics
            .into_iter()
            .filter(|one| one.severity == Severity::Error)
            .map(|one| problem(&config.root, one))
            .collect()),
    }
}

/// The modules the program can import that no file stands for.
fn builtins(flags: &Flags) -> Vec<String> {
    let is_there = |name: &&str| *name != holdfast_workers::UNSAFE || flags.is_on("unsafe_module");
    holdfast_workers::BUILTINS.iter().copied().filter(is_there).map(str::to_owned).collect()
}

/// A rule for the linker; Python is warned about when the configuration is read, and left out.
fn rule(rule: &holdfast_config::Rule) -> Option<Rule> {
    let kind = match rule.kind {
        ConfigRuleKind::EsModule => RuleKind::EsModule,
        ConfigRuleKind::CommonJs => RuleKind::CommonJs,
        ConfigRuleKind::CompiledWasm => RuleKind::CompiledWasm,
        ConfigRuleKind::Text => RuleKind::Text,
        ConfigRuleKind::Data => RuleKind::Data,
        ConfigRuleKind::PythonModule | ConfigRuleKind::PythonRequirement => return None,
    };
    Some(Rule { kind, globs: rule.globs.clone(), fallthrough: rule.fallthrough })
}

fn problem(root: &Path, diagnostic: holdfast_modules::Diagnostic) -> Problem {
    let place = (diagnostic.line > 0).then(|| {
        let (line, column) = (diagnostic.line as usize, diagnostic.column as usize);
        Box::new(Place { line, column, text: diagnostic.source_line, width: 1 })
    });
    Problem {
        message: diagnostic.message,
        file: (!diagnostic.file.is_empty()).then(|| root.join(diagnostic.file)),
        place,
        help: diagnostic.help,
        stack: String::new(),
    }
}

/// The flags of a Worker, and what is worth a warning.
pub(crate) fn flags(config: &Config) -> Result<(Flags, Vec<Problem>), Problem> {
    let in_file = |mut problem: Problem| {
        problem.file = Some(config.path.clone());
        problem
    };
    let flags = Flags::from(&config.compatibility_date, &config.compatibility_flags)
        .map_err(|error| in_file(Problem::new(error.to_string())))?;
    let warnings =
        flags.warnings().iter().map(|warning| in_file(Problem::new(warning.to_string()))).collect();
    Ok((flags, warnings))
}

/// Brings the store up to date with a Worker's migrations. The answer names the tags that were applied.
pub(crate) fn migrate(store: &Store, config: &Config) -> holdfast_store::Result<Vec<String>> {
    store.migrate(&config.name, &migrations(config))
}

/// The namespaces, by their unique keys, that [`migrate`] would empty: nobody may use them then.
pub(crate) fn doomed(store: &Store, config: &Config) -> holdfast_store::Result<Vec<String>> {
    store.doomed(&config.name, &migrations(config))
}

fn migrations(config: &Config) -> Vec<Migration> {
    let migration = |migration: &holdfast_config::Migration| Migration {
        tag: migration.tag.clone(),
        changes: migration.steps.iter().map(change).collect(),
    };
    config.migrations.iter().map(migration).collect()
}

fn change(step: &Step) -> Change {
    match step.clone() {
        Step::New { class, storage } => Change::New { class, backend: backend(storage) },
        Step::Renamed { from, to } => Change::Renamed { from, to },
        Step::Deleted(class) => Change::Deleted { class },
        Step::Transferred { from, from_script, to } => Change::Transferred { from_script, from, to },
    }
}

fn backend(storage: Storage) -> Backend {
    match storage {
        Storage::Sqlite => Backend::Sqlite,
        Storage::KeyValue => Backend::KeyValue,
    }
}

/// Adds the classes of a Worker to the list of namespaces, whose places are their numbers.
pub(crate) fn number_classes(
    store: &Store,
    script: u32,
    config: &Config,
    namespaces: &mut Vec<Namespace>,
) -> holdfast_store::Result<()> {
    for class in &config.classes {
        let store = store.namespace(&config.name, &class.name, backend(class.storage))?;
        let name: Arc<str> = class.name.as_str().into();
        // A class that was renamed or handed over keeps its number, and so its objects and their sockets.
        match namespaces.iter_mut().find(|one| one.store.unique_key() == store.unique_key()) {
            Some(known) => (known.script, known.class) = (script, name),
            None => namespaces.push(Namespace { store, script, class: name }),
        }
    }
    Ok(())
}

/// The program of a Worker. `names` are those of all Workers, by script number.
pub(crate) fn program(
    config: &Config,
    script: u32,
    names: &[String],
    namespaces: &[Namespace],
    graph: Graph,
    flags: Flags,
) -> Result<Arc<Program>, Problem> {
    let mut bindings = Vec::new();
    for (name, value) in &config.vars {
        bindings.push(Binding::Variable { name: name.clone(), value: value.clone() });
    }
    for binding in &config.durable_objects {
        let number = namespace_of(config, script, names, namespaces, binding)?;
        bindings.push(Binding::Namespace { name: binding.name.clone(), number });
    }
    for service in &config.services {
        bindings.push(service_of(names, service));
    }
    Ok(Arc::new(Program {
        name: config.name.clone(),
        graph,
        flags,
        bindings,
        triggers: config.crons.clone(),
        processor_time_max: config.limits.cpu_ms.map(Duration::from_millis),
    }))
}

/// A binding to another Worker, or to this one. One to a Worker that does not run is there too; its calls fail.
fn service_of(names: &[String], service: &holdfast_config::Service) -> Binding {
    let script = names.iter().position(|name| *name == service.service);
    Binding::Service {
        name: service.binding.clone(),
        script: script.map_or(NOT_RUNNING, |at| u32::try_from(at).expect("fewer scripts than 2^32")),
        entrypoint: service.entrypoint.clone().filter(|name| name != "default"),
        props: service.props.as_ref().map(serde_json::Value::to_string),
    }
}

/// What is worth a warning: bindings of a Worker to others that do not run.
pub(crate) fn missing_services(config: &Config, names: &[String]) -> Vec<Problem> {
    let missing = config.services.iter().filter(|service| !names.contains(&service.service));
    missing
        .map(|service| {
            let mut problem = Problem::new(format!(
                "the binding \"{}\" is to \"{}\", which is not running: its calls will fail",
                service.binding, service.service
            ))
            .help("start both Workers together: give its configuration with another --config".to_owned());
            problem.file = Some(config.path.clone());
            problem
        })
        .collect()
}

/// The number of the namespace a binding means.
fn namespace_of(
    config: &Config,
    script: u32,
    names: &[String],
    namespaces: &[Namespace],
    binding: &holdfast_config::Binding,
) -> Result<u32, Problem> {
    let missing = |message: String, help: String| {
        let mut problem = Problem::new(message).help(help);
        problem.file = Some(config.path.clone());
        problem
    };
    let of = match &binding.script_name {
        None => script,
        Some(other) => {
            let at = names.iter().position(|name| name == other).ok_or_else(|| {
                missing(
                    format!(
                        "the binding \"{}\" is to a class of \"{other}\", which is not running",
                        binding.name
                    ),
                    "start both Workers together: give its configuration with another --config".to_owned(),
                )
            })?;
            u32::try_from(at).expect("fewer scripts than 2^32")
        }
    };
    let at = namespaces
        .iter()
        .position(|namespace| namespace.script == of && *namespace.class == *binding.class_name)
        .ok_or_else(|| {
            missing(
                format!("the binding \"{}\" is to an unknown class \"{}\"", binding.name, binding.class_name),
                "name the class in a migration of the Worker that exports it".to_owned(),
            )
        })?;
    Ok(u32::try_from(at).expect("fewer namespaces than 2^32"))
}

/// Refuses a program that does not export a class it is to make objects of.
pub(crate) fn check_classes(config: &Config, graph: &Graph) -> Result<(), Problem> {
    if graph.format == holdfast_modules::Format::ServiceWorker {
        return Ok(());
    }
    let names = graph.exported_names(graph.entry);
    let bound = config.durable_objects.iter().filter(|binding| binding.script_name.is_none());
    for binding in bound {
        if names.contains(&binding.class_name) {
            continue;
        }
        let mut problem = Problem::new(format!(
            "the binding \"{}\" is to the class \"{}\", which {} does not export",
            binding.name,
            binding.class_name,
            config.main.strip_prefix(&config.root).unwrap_or(&config.main).display(),
        ))
        .help(format!(
            "add `export class {} {{ … }}` to it, or export it from another module",
            binding.class_name
        ));
        problem.file = Some(config.path.clone());
        return Err(problem);
    }
    Ok(())
}
