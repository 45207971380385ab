//! What one file imports and exports, learnt while it is wrapped.

/// A module another one asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) specifier: String,
    pub(crate) kind: RequestKind,
    /// `with { type: "…" }`
    pub(crate) attribute: Option<String>,
    /// Byte offset of the specifier in the wrapped text's source.
    pub(crate) at: u32,
    /// Inside `try`, or with a `.catch`: may fail at run time instead of at load.
    pub(crate) optional: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum RequestKind {
    Import,
    Dynamic,
    Require,
}

/// `import { imported as … } from …`; `None` is the namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Import {
    /// Index into [`Facts::requests`].
    pub(crate) request: usize,
    pub(crate) imported: Option<String>,
    pub(crate) at: u32,
    /// Something reads it. TypeScript files may re-export types by value syntax, which nothing reads.
    pub(crate) used: bool,
}

/// One name a module exports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Export {
    pub(crate) name: String,
    pub(crate) source: ExportSource,
    pub(crate) at: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ExportSource {
    /// A binding of the module, under this key of its getters.
    Local,
    /// Another module's export, or its namespace.
    Request { request: usize, imported: Option<String> },
}

/// All of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Facts {
    /// In order of appearance, static imports first and once each.
    pub(crate) requests: Vec<Request>,
    pub(crate) imports: Vec<Import>,
    pub(crate) exports: Vec<Export>,
    /// `export * from` these requests.
    pub(crate) stars: Vec<usize>,
    /// The module itself contains top-level await.
    pub(crate) has_await: bool,
    /// It uses its module record (`import()`, `require`, helpers) or CommonJS names: it cannot be a bare script.
    pub(crate) needs_record: bool,
    /// It names CommonJS's `module` or `exports`.
    pub(crate) names_exports: bool,
}
