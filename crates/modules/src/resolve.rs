//! From a specifier in a file to the file it means: Node's algorithm with the conditions Workers have.
//!
//! Order: `alias`, modules of the host, then files and packages. `import` and `require` differ in one condition.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use oxc_resolver::{
    Alias, AliasValue, ResolveContext, ResolveError, ResolveOptions, Resolver, TsConfig, TsconfigDiscovery,
    TsconfigOptions, TsconfigReferences,
};

use crate::builtins;
use crate::options::Options;

/// Who asks: decides between the `import` and `require` conditions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asker {
    Import,
    Require,
}

/// What a specifier means.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// A file, and whether the package it belongs to says `"type": "module"`.
    File { path: PathBuf, package_type: PackageType },
    /// A module of the host.
    Builtin(String),
    /// `"browser": { "x": false }`: an empty module.
    Empty,
}

/// The `type` of the package a file belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum PackageType {
    Module,
    CommonJs,
    #[default]
    Unsaid,
}

/// Why a specifier means nothing, and what to try.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unresolved {
    pub(crate) message: String,
    pub(crate) help: Option<String>,
}

/// Resolves all specifiers of one program. Remembers every file it looked at.
pub(crate) struct Resolve<'o> {
    options: &'o Options,
    import: Resolver,
    require: Resolver,
    tsconfig: Option<Arc<TsConfig>>,
    /// Files found or missed on the way, for the watcher.
    pub(crate) probed: Vec<PathBuf>,
    /// A tsconfig that could not be read.
    pub(crate) trouble: Option<String>,
}

impl<'o> Resolve<'o> {
    pub(crate) fn new(options: &'o Options) -> Self {
        let file = options.tsconfig.clone().or_else(|| {
            let mut folders = options.entry.ancestors().skip(1);
            folders.find_map(|folder| Some(folder.join("tsconfig.json")).filter(|file| file.is_file()))
        });
        let discovery = file.clone().map(|config_file| {
            TsconfigDiscovery::Manual(TsconfigOptions {
                config_file,
                references: TsconfigReferences::Disabled,
            })
        });
        let mut import = Resolver::new(resolver_options(Asker::Import, discovery.clone()));
        let mut require = import.clone_with_options(resolver_options(Asker::Require, discovery));
        let (mut tsconfig, mut trouble) = (None, None);
        match file.as_ref().map(|file| import.resolve_tsconfig(file)) {
            None => {}
            Some(Ok(found)) => tsconfig = Some(found),
            Some(Err(error)) => {
                // A broken tsconfig must not keep a program from running: bundlers warn, too.
                trouble = Some(error.to_string());
                tsconfig = file.as_deref().and_then(without_extends).map(Arc::new);
                let alias = tsconfig.as_deref().map(paths_of).unwrap_or_default();
                let options =
                    |asker| ResolveOptions { alias: alias.clone(), ..resolver_options(asker, None) };
                import = Resolver::new(options(Asker::Import));
                require = import.clone_with_options(options(Asker::Require));
            }
        }
        Self { options, import, require, tsconfig, probed: file.into_iter().collect(), trouble }
    }

    /// The program's tsconfig, `extends` applied.
    pub(crate) fn tsconfig(&self) -> Option<&TsConfig> {
        self.tsconfig.as_deref()
    }

    /// What `specifier` means in `importer`.
    pub(crate) fn resolve(
        &mut self,
        specifier: &str,
        importer: &Path,
        asker: Asker,
    ) -> Result<Target, Unresolved> {
        if let Some(replacement) = aliased(&self.options.alias, specifier) {
            let root = self.options.root.join("alias");
            return self.unaliased(&replacement, &root, asker);
        }
        self.unaliased(specifier, importer, asker)
    }

    fn unaliased(&mut self, specifier: &str, importer: &Path, asker: Asker) -> Result<Target, Unresolved> {
        let provided = |name: &str| self.options.builtins.iter().any(|builtin| builtin == name);
        let node = builtins::node_name(specifier);
        match &node {
            Some(name) if self.options.node_compat && provided(name) => {
                return Ok(Target::Builtin(name.clone()));
            }
            None if provided(specifier) => return Ok(Target::Builtin(specifier.to_owned())),
            _ => {}
        }
        let folder = importer.parent().unwrap_or(Path::new("/"));
        let resolver = if asker == Asker::Import { &self.import } else { &self.require };
        let mut context = ResolveContext::default();
        let plain = specifier.strip_suffix("?module").unwrap_or(specifier);
        // Packages are built; the program's `paths` are not for them.
        let own = !importer.components().any(|part| part.as_os_str() == "node_modules");
        let tsconfig = self.tsconfig.as_deref().filter(|_| own);
        let outcome = resolver.resolve_with_context(folder, plain, tsconfig, &mut context);
        self.probed.extend(context.file_dependencies);
        self.probed.extend(context.missing_dependencies);
        match outcome {
            Ok(found) => {
                let package_type = match found.package_json().and_then(|package| package.r#type()) {
                    Some(oxc_resolver::PackageType::Module) => PackageType::Module,
                    Some(oxc_resolver::PackageType::CommonJs) => PackageType::CommonJs,
                    None => PackageType::Unsaid,
                };
                Ok(Target::File { path: found.into_path_buf(), package_type })
            }
            Err(ResolveError::Ignored(_)) => Ok(Target::Empty),
            Err(error) => Err(self.explain(specifier, node, &error)),
        }
    }

    fn explain(&self, specifier: &str, node: Option<String>, error: &ResolveError) -> Unresolved {
        let unresolved = |message: String, help: Option<String>| Unresolved { message, help };
        if let Some(name) = node {
            let message = format!("cannot resolve \"{specifier}\"");
            return if !self.options.node_compat {
                let flag = "compatibility_flags = [\"nodejs_compat\"]";
                unresolved(
                    message,
                    Some(format!("{name} is a module of Node; add {flag} to the configuration")),
                )
            } else {
                unresolved(message, Some(format!("{name} is not available here yet")))
            };
        }
        let message = match error {
            ResolveError::NotFound(_)
            | ResolveError::MatchedAliasNotFound(..)
            | ResolveError::ExtensionAlias(..) => {
                format!("cannot resolve \"{specifier}\"")
            }
            other => format!("cannot resolve \"{specifier}\": {other}"),
        };
        let help = if let Some((scheme, _)) = specifier.split_once(':') {
            let same: Vec<&str> = self
                .options
                .builtins
                .iter()
                .filter(|name| name.split(':').next() == Some(scheme))
                .map(String::as_str)
                .collect();
            match (scheme, same.is_empty()) {
                ("http" | "https", _) => Some("modules are not loaded from URLs; install the package".into()),
                (_, false) => Some(format!("there is {}", same.join(", "))),
                (_, true) => None,
            }
        } else if specifier.starts_with(['.', '/', '#'])
            || matches!(error, ResolveError::PackagePathNotExported { .. })
        {
            None
        } else {
            Some(format!("npm install {}", package_name(specifier)))
        };
        unresolved(message, help)
    }
}

/// What a tsconfig says itself, when what it extends cannot be read.
fn without_extends(file: &Path) -> Option<TsConfig> {
    let text = std::fs::read_to_string(file).ok()?;
    TsConfig::parse(true, file, file, text).ok()
}

/// The `paths` of a tsconfig that the resolver refused, as its aliases.
fn paths_of(tsconfig: &TsConfig) -> Alias {
    let folder = tsconfig.path.parent().unwrap_or(Path::new("/"));
    let base = folder.join(tsconfig.compiler_options.base_url.as_deref().unwrap_or(Path::new("")));
    let target = |target: &PathBuf| {
        let path: PathBuf = base.join(target).components().collect();
        AliasValue::Path(path.to_string_lossy().into_owned())
    };
    let paths = tsconfig.compiler_options.paths.iter().flatten();
    paths.map(|(name, targets)| (name.clone(), targets.iter().map(target).collect())).collect()
}

/// The package part of a bare specifier: `a/b` is of `a`, `@s/a/b` of `@s/a`.
fn package_name(specifier: &str) -> &str {
    let parts = if specifier.starts_with('@') { 2 } else { 1 };
    specifier.match_indices('/').nth(parts - 1).map_or(specifier, |(at, _)| &specifier[..at])
}

/// `alias` applies to a package name and everything below it. A relative replacement is relative to the project.
fn aliased(alias: &BTreeMap<String, String>, specifier: &str) -> Option<String> {
    alias.iter().rev().find_map(|(name, replacement)| {
        let rest = specifier.strip_prefix(name.as_str())?;
        (rest.is_empty() || rest.starts_with('/')).then(|| format!("{replacement}{rest}"))
    })
}

fn resolver_options(asker: Asker, tsconfig: Option<TsconfigDiscovery>) -> ResolveOptions {
    let strings = |list: &[&str]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
    let last = if asker == Asker::Import { "import" } else { "require" };
    ResolveOptions {
        tsconfig,
        condition_names: strings(&["workerd", "worker", "browser", last, "default"]),
        main_fields: strings(&["browser", "module", "main"]),
        alias_fields: vec![strings(&["browser"])],
        extensions: strings(&[".tsx", ".ts", ".jsx", ".js", ".mjs", ".cjs", ".mts", ".cts", ".json"]),
        extension_alias: vec![
            (".js".into(), strings(&[".js", ".ts", ".tsx"])),
            (".jsx".into(), strings(&[".jsx", ".tsx"])),
            (".mjs".into(), strings(&[".mjs", ".mts"])),
            (".cjs".into(), strings(&[".cjs", ".cts"])),
        ],
        ..ResolveOptions::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_packages_and_aliases() {
        assert_eq!(package_name("hono/cors"), "hono");
        assert_eq!(package_name("@scope/name/sub/path"), "@scope/name");
        assert_eq!(package_name("@scope/name"), "@scope/name");
        let alias = BTreeMap::from([("old".to_owned(), "./new".to_owned())]);
        assert_eq!(aliased(&alias, "old").as_deref(), Some("./new"));
        assert_eq!(aliased(&alias, "old/sub").as_deref(), Some("./new/sub"));
        assert_eq!(aliased(&alias, "older"), None);
    }
}
