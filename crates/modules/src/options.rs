//! What a program's configuration says about its modules.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// Where a program's files are and how they are to be read. Paths are absolute.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The project's directory; module names are relative to it.
    pub root: PathBuf,
    /// The entry file.
    pub entry: PathBuf,
    /// wrangler's `rules`, in order; its default rules follow them.
    pub rules: Vec<Rule>,
    /// wrangler's `alias`: package name to replacement.
    pub alias: BTreeMap<String, String>,
    /// wrangler's `define`: identifier or dotted name to a JSON literal or a name.
    pub define: BTreeMap<String, String>,
    /// Modules the host provides, such as `cloudflare:workers` or `node:assert`.
    pub builtins: Vec<String>,
    /// Whether the program may import `node:` modules (`nodejs_compat`); also by their bare names.
    pub node_compat: bool,
    /// wrangler's `tsconfig`; otherwise the nearest `tsconfig.json` above the entry.
    pub tsconfig: Option<PathBuf>,
    /// wrangler's `jsx_factory` and `jsx_fragment`; what they leave out, tsconfig says.
    pub jsx: Jsx,
}

/// Overrides of the classic JSX runtime.
#[derive(Debug, Clone, Default)]
pub struct Jsx {
    /// What an element calls, `React.createElement` by default.
    pub factory: Option<String>,
    /// What `<>` stands for, `React.Fragment` by default.
    pub fragment: Option<String>,
}

/// One of wrangler's `rules`: files matching a glob are modules of a kind (`workers-api.md`, section 7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The kind.
    pub kind: RuleKind,
    /// Globs over the import's path: `*`, `?`, `**`, `{a,b}`, `[ab]`.
    pub globs: Vec<String>,
    /// Whether later rules of the same kind, the defaults included, still apply.
    pub fallthrough: bool,
}

/// The kinds of modules a rule can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RuleKind {
    /// `ESModule`
    EsModule,
    /// `CommonJS`
    CommonJs,
    /// `CompiledWasm`
    CompiledWasm,
    /// `Text`
    Text,
    /// `Data`
    Data,
}

impl RuleKind {
    /// Wrangler's name of the kind.
    pub fn name(self) -> &'static str {
        match self {
            Self::EsModule => "ESModule",
            Self::CommonJs => "CommonJS",
            Self::CompiledWasm => "CompiledWasm",
            Self::Text => "Text",
            Self::Data => "Data",
        }
    }
}

impl std::str::FromStr for RuleKind {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        [Self::EsModule, Self::CommonJs, Self::CompiledWasm, Self::Text, Self::Data]
            .into_iter()
            .find(|kind| kind.name() == name)
            .ok_or(())
    }
}

/// What a module is to the linker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ModuleKind {
    /// An ES module: a generator function (see `js/linker.js`).
    EsModule,
    /// A CommonJS module: a function.
    CommonJs,
    /// A service-worker script: evaluated as it is, at global scope, sloppy.
    Script,
    /// The default export is the parsed JSON.
    Json,
    /// The default export is a string.
    Text,
    /// The default export is an `ArrayBuffer`.
    Data,
    /// The default export is a `WebAssembly.Module`.
    Wasm,
    /// Provided by the host.
    Builtin,
}

impl ModuleKind {
    /// The kind's name in the linker's descriptors.
    pub fn name(self) -> &'static str {
        match self {
            Self::EsModule => "module",
            Self::CommonJs => "commonjs",
            Self::Script => "script",
            Self::Json => "json",
            Self::Text => "text",
            Self::Data => "data",
            Self::Wasm => "wasm",
            Self::Builtin => "builtin",
        }
    }
}
