//! From a file to a resolved configuration, one key after the other.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use holdfast_core::schedule::Trigger;

use crate::config::{Binding, Config, Dev, Jsx, Limits, Rule, RuleKind, Service};
use crate::diagnostic::{Diagnostic, Error, Warning};
use crate::document::{Language, Source, Table, Value};
use crate::layers::Layers;
use crate::section::Section;
use crate::{DEFAULT_COMPATIBILITY_DATE, DEFAULT_NAME, dotenv, entry, objects};

/// What the command line says; it wins over the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LoadOptions {
    /// The environment (`--env`).
    pub environment: Option<String>,
    /// Variables (`--var`), strings all of them; a later one of the same name counts.
    pub vars: Vec<(String, String)>,
    /// The entry module, relative to the current folder.
    pub main: Option<PathBuf>,
    /// The Worker's name.
    pub name: Option<String>,
    /// The compatibility date.
    pub compatibility_date: Option<String>,
    /// Compatibility flags, in place of the file's.
    pub compatibility_flags: Vec<String>,
    /// Additions to `define`.
    pub define: Vec<(String, String)>,
    /// Additions to `alias`.
    pub alias: Vec<(String, String)>,
}

/// A configuration, what is odd about it, and what it was made from.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    /// The configuration.
    pub config: Config,
    /// What to tell the user; each once, in the order of the file where it has one.
    pub warnings: Vec<Warning>,
    /// Every file that was read or looked for. When one changes, appears or goes, the configuration may differ.
    pub files: Vec<PathBuf>,
}

/// Loads the configuration in `path`.
pub fn load(path: &Path, options: &LoadOptions) -> Result<Loaded, Error> {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    if !path.is_file() {
        let message = if path.is_dir() { "this is a folder, not a configuration" } else { "no such file" };
        let help = "name a wrangler.toml, wrangler.json or wrangler.jsonc";
        return Err(Diagnostic::new(message).in_file(&path).help(help).into());
    }
    let source = Source::read(&path)?;
    let table = source.parse()?;
    resolve(&source, &table, options)
}

/// The configuration of a program that is just `script`, with no file beside it.
pub fn load_script(script: &Path, options: &LoadOptions) -> Result<Loaded, Error> {
    let path = std::path::absolute(script).unwrap_or_else(|_| script.to_owned());
    let source = Source { path: path.clone(), text: String::new(), language: Language::Toml };
    resolve(&source, &Table::default(), &LoadOptions { main: Some(path), ..options.clone() })
}

fn resolve(source: &Source, table: &Table, options: &LoadOptions) -> Result<Loaded, Error> {
    let root = source.path.parent().unwrap_or(Path::new("/")).to_owned();
    let mut warnings = Vec::new();
    let layers = Layers::choose(Section::top(source, table), options.environment.as_deref(), &mut warnings)?;
    layers.review(&mut warnings);
    let name = name(&layers, options)?;
    let entry = match &options.main {
        Some(main) => given_entry(main)?,
        None => entry::find(&layers, &root, &mut warnings)?,
    };
    if let Some(build) = layers.of("build").table("build")?
        && let Some(command) = build.string("command")?.filter(|_| options.main.is_none())
    {
        let message = format!("\"{}\" is not run", build.path_of("command"));
        warnings.push(build.at_value("command", message).help(format!("run it yourself first: {command}")));
    }
    let objects = objects::read(&layers, &name, &mut warnings)?;
    let (vars, vars_file) = vars(&layers, &root, options)?;
    distinct(&layers, &objects.bindings)?;
    let mut files = vec![source.path.clone()];
    files.extend(entry.files);
    files.extend(vars_file);
    let config = Config {
        path: source.path.clone(),
        name,
        environment: options.environment.clone(),
        main: entry.main,
        format: entry.format,
        compatibility_date: compatibility_date(&layers, options, &mut warnings)?,
        compatibility_flags: match options.compatibility_flags.as_slice() {
            [] => layers.of("compatibility_flags").strings("compatibility_flags")?,
            given => given.to_vec(),
        },
        durable_objects: objects.bindings,
        migrations: objects.migrations,
        classes: objects.classes,
        deleted_classes: objects.deleted,
        vars,
        rules: rules(&layers, &mut warnings)?,
        alias: with(layers.of("alias").string_map("alias")?, &options.alias),
        define: with(layers.of("define").string_map("define")?, &options.define),
        jsx: Jsx {
            factory: layers.of("jsx_factory").string("jsx_factory")?.map(str::to_owned),
            fragment: layers.of("jsx_fragment").string("jsx_fragment")?.map(str::to_owned),
        },
        tsconfig: layers.of("tsconfig").string("tsconfig")?.map(|file| root.join(file)),
        dev: dev(&layers, &mut warnings)?,
        services: services(&layers)?,
        crons: crons(&layers, &mut warnings)?,
        limits: limits(&layers, &mut warnings)?,
        root,
    };
    warnings.sort_by_key(|warning| warning.place.as_ref().map(|place| (place.line, place.column)));
    Ok(Loaded { config, warnings, files })
}

fn with(mut map: BTreeMap<String, String>, more: &[(String, String)]) -> BTreeMap<String, String> {
    map.extend(more.iter().cloned());
    map
}

fn given_entry(main: &Path) -> Result<entry::Entry, Error> {
    let main: PathBuf = std::path::absolute(main).unwrap_or_else(|_| main.to_owned()).components().collect();
    if main.is_file() {
        return Ok(entry::Entry { main, format: None, files: Vec::new() });
    }
    Err(Diagnostic::new(format!("no entry: {} does not exist", main.display()))
        .help("name the file that exports the Worker, relative to the current folder")
        .into())
}

fn name(layers: &Layers<'_>, options: &LoadOptions) -> Result<String, Error> {
    let top = match &options.name {
        Some(name) => return Ok(name.clone()),
        None => layers.top.string("name")?.filter(|name| !name.is_empty()),
    };
    let own = match &layers.environment {
        Some(environment) => environment.string("name")?.map(|name| (environment, name)),
        None => top.map(|name| (&layers.top, name)),
    };
    for (section, name) in own.into_iter().chain(top.map(|name| (&layers.top, name))) {
        let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
        if !name.chars().all(legal) || name.starts_with('-') {
            let message = format!("\"{name}\" cannot be the name of a Worker");
            let example = name.to_ascii_lowercase().replace(|c| !legal(c), "-");
            let example = section.source.line("name", example.trim_matches('-'));
            let help = format!("use lower-case letters, digits and dashes, as in {example}");
            return Err(section.at_value("name", message).help(help).into());
        }
    }
    let base = top.unwrap_or(DEFAULT_NAME);
    Ok(match (own, &layers.environment, &options.environment) {
        (Some((_, name)), ..) => name.to_owned(),
        (None, Some(_), Some(environment)) => format!("{base}-{environment}"),
        (None, ..) => base.to_owned(),
    })
}

fn compatibility_date(
    layers: &Layers<'_>,
    options: &LoadOptions,
    warnings: &mut Vec<Warning>,
) -> Result<String, Error> {
    const KEY: &str = "compatibility_date";
    let section = layers.of(KEY);
    let valid = |date: &str| {
        let part = |range| date.get(range).and_then(|digits: &str| digits.parse::<u32>().ok());
        let shape =
            date.len() == 10 && date.chars().enumerate().all(|(i, c)| (i == 4 || i == 7) == (c == '-'));
        shape
            && part(5..7).is_some_and(|m| (1..=12).contains(&m))
            && part(8..10).is_some_and(|d| (1..=31).contains(&d))
    };
    let help = "a date is YYYY-MM-DD, as in \"2026-01-31\"";
    if let Some(date) = &options.compatibility_date {
        if !valid(date) {
            let message = format!("\"{date}\" is not a compatibility date");
            return Err(Diagnostic::new(message).help(help).into());
        }
        return Ok(date.clone());
    }
    match section.string(KEY)? {
        Some(date) if valid(date) => Ok(date.to_owned()),
        Some(date) => {
            Err(section.at_value(KEY, format!("\"{date}\" is not a compatibility date")).help(help).into())
        }
        None => {
            let message = format!("no \"{KEY}\"; behaving as on {DEFAULT_COMPATIBILITY_DATE}");
            let help = "name the date you wrote the program to get the platform as it was then";
            warnings.push(section.source.whole(message).help(help));
            Ok(DEFAULT_COMPATIBILITY_DATE.to_owned())
        }
    }
}

type Vars = BTreeMap<String, serde_json::Value>;

/// `vars`, then `.dev.vars.<environment>` or else `.dev.vars`, then the command line; and the files looked for.
fn vars(layers: &Layers<'_>, root: &Path, options: &LoadOptions) -> Result<(Vars, Vec<PathBuf>), Error> {
    let mut vars = Vars::new();
    if let Some(section) = layers.of("vars").table("vars")? {
        vars.extend(section.table.entries.iter().map(|(key, node)| (key.name.clone(), node.value.to_json())));
    }
    let of_environment = options.environment.iter().map(|name| root.join(format!(".dev.vars.{name}")));
    let files: Vec<PathBuf> = of_environment.chain([root.join(".dev.vars")]).collect();
    if let Some(file) = files.iter().find(|file| file.is_file()) {
        let text = std::fs::read_to_string(file)
            .map_err(|error| Diagnostic::new(format!("cannot read the variables: {error}")).in_file(file))?;
        vars.extend(dotenv::parse(&text).into_iter().map(|(key, value)| (key, value.into())));
    }
    vars.extend(options.vars.iter().map(|(key, value)| (key.clone(), value.as_str().into())));
    Ok((vars, files))
}

/// One property of `env` cannot be two things. (`.dev.vars` and the command line may replace a variable, not a binding.)
fn distinct(layers: &Layers<'_>, bindings: &[Binding]) -> Result<(), Error> {
    let section = layers.of("durable_objects");
    let vars = layers.of("vars").table("vars")?;
    for (index, binding) in bindings.iter().enumerate() {
        let twice = bindings[..index].iter().any(|other| other.name == binding.name);
        let var = vars.as_ref().is_some_and(|vars| vars.has(&binding.name));
        if twice || var {
            let also = if var { "a variable" } else { "another Durable Object binding" };
            let message = format!("the binding \"{}\" is also the name of {also}", binding.name);
            let table = section.table("durable_objects")?;
            let place = table.map(|table| table.tables("bindings")).transpose()?.unwrap_or_default();
            let diagnostic = match place.get(index) {
                Some(entry) => entry.at_value("name", message),
                None => section.source.whole(message),
            };
            return Err(diagnostic.help("each name in env can be one thing; rename one of the two").into());
        }
    }
    Ok(())
}

fn rules(layers: &Layers<'_>, warnings: &mut Vec<Warning>) -> Result<Vec<Rule>, Error> {
    let mut rules = Vec::new();
    let mut sections = layers.of("rules").tables("rules")?;
    if let Some(build) = layers.of("build").table("build")?
        && let Some(upload) = build.table("upload")?
    {
        sections.extend(upload.tables("rules")?);
    }
    for section in sections {
        let kind = match section.required("type")? {
            "ESModule" => RuleKind::EsModule,
            "CommonJS" => RuleKind::CommonJs,
            "CompiledWasm" => RuleKind::CompiledWasm,
            "Text" => RuleKind::Text,
            "Data" => RuleKind::Data,
            "PythonModule" => RuleKind::PythonModule,
            "PythonRequirement" => RuleKind::PythonRequirement,
            other => {
                let message = format!("unknown type \"{other}\" for \"{}\"", section.path);
                let help = "a type is \"ESModule\", \"CommonJS\", \"CompiledWasm\", \"Text\" or \"Data\"";
                return Err(section.at_value("type", message).help(help).into());
            }
        };
        if matches!(kind, RuleKind::PythonModule | RuleKind::PythonRequirement) {
            let message = format!("\"{}\" is ignored: Python is not supported", section.path);
            warnings.push(section.at_value("type", message));
        }
        let globs = section.strings("globs")?;
        rules.push(Rule { kind, globs, fallthrough: section.boolean("fallthrough")?.unwrap_or(false) });
    }
    Ok(rules)
}

fn dev(layers: &Layers<'_>, warnings: &mut Vec<Warning>) -> Result<Dev, Error> {
    // Those that are read, then those of `wrangler dev` that mean nothing here.
    const KEYS: [&str; 14] = [
        "ip",
        "port",
        "local_protocol",
        "upstream_protocol",
        "host",
        "inspector_port",
        "inspector_ip",
        "https_key_path",
        "https_cert_path",
        "enable_containers",
        "container_engine",
        "generate_types",
        "types",
        "tunnel",
    ];
    let Some(section) = layers.of("dev").table("dev")? else { return Ok(Dev::default()) };
    section.warn_unknown(&KEYS, warnings);
    if let Value::String(protocol) =
        section.entry("local_protocol").map_or(&Value::Null, |(_, node)| &node.value)
        && protocol == "https"
    {
        let message =
            format!("\"{}\" is not supported yet: listening with http", section.path_of("local_protocol"));
        warnings.push(section.at_value("local_protocol", message));
    }
    let port = section.number("port", u64::from(u16::MAX))?;
    Ok(Dev { ip: section.string("ip")?.map(str::to_owned), port: port.and_then(|port| port.try_into().ok()) })
}

fn services(layers: &Layers<'_>) -> Result<Vec<Service>, Error> {
    let sections = layers.of("services").tables("services")?;
    let services = sections.iter().map(|section| {
        let service = section.required("service")?;
        Ok(Service {
            binding: section.required("binding")?.to_owned(),
            service: match section.string("environment")? {
                Some(environment) => format!("{service}-{environment}"),
                None => service.to_owned(),
            },
            entrypoint: section.string("entrypoint")?.map(str::to_owned),
            props: section.entry("props").map(|(_, node)| node.value.to_json()),
        })
    });
    services.collect()
}

/// The cron expressions of `triggers`.
fn crons(layers: &Layers<'_>, warnings: &mut Vec<Warning>) -> Result<Vec<Trigger>, Error> {
    let Some(section) = layers.of("triggers").table("triggers")? else { return Ok(Vec::new()) };
    section.warn_unknown(&["crons"], warnings);
    let texts = section.strings("crons")?;
    let items = texts.into_iter().enumerate().map(|(index, text)| match text.parse() {
        Ok(cron) => Ok(Trigger { text: text.into(), cron }),
        Err(why) => {
            let message = format!("\"{text}\" is no cron expression: {why}");
            let help = "an expression is minute, hour, day of the month, month and day of the week (1 is Sunday), in UTC";
            Err(section.at_item("crons", index, message).help(help).into())
        }
    });
    items.collect()
}

fn limits(layers: &Layers<'_>, warnings: &mut Vec<Warning>) -> Result<Limits, Error> {
    let Some(section) = layers.of("limits").table("limits")? else { return Ok(Limits::default()) };
    section.warn_unknown(&["cpu_ms", "subrequests"], warnings);
    Ok(Limits { cpu_ms: section.number("cpu_ms", u64::from(u32::MAX))? })
}
