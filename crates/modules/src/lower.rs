//! From TypeScript, JSX, `using` and TypeScript's legacy decorators to the JavaScript that the engine parses.
//!
//! Files that need none of it are left alone, down to their columns; the others are printed anew with a source
//! map. Settings follow the bundler wrangler uses: what tsconfig says, else the classic JSX runtime and `define`
//! semantics for class fields.

use std::path::Path;

use oxc::allocator::Allocator;
use oxc::ast::ast;
use oxc::ast_visit::{Visit, walk};
use oxc::codegen::{Codegen, CodegenOptions, CommentOptions};
use oxc::diagnostics::{Diagnostics, OxcDiagnostic};
use oxc::semantic::SemanticBuilder;
use oxc::transformer::{
    CompilerAssumptions, DecoratorOptions, ES2026Options, EnvOptions, HelperLoaderMode, HelperLoaderOptions,
    JsxOptions, JsxRuntime, TransformOptions, Transformer, TypeScriptOptions,
};
use oxc_resolver::TsConfig;
use oxc_sourcemap::SourceMap;

use crate::options::Jsx;
use crate::text;

/// JavaScript made from something else.
#[derive(Debug)]
pub(crate) struct Lowered {
    pub(crate) text: String,
    map: SourceMap<'static>,
}

impl Lowered {
    /// The line and column (from 0, UTF-16) in the file of a line and column in the text.
    pub(crate) fn original(&self, line: usize, column: usize) -> Option<(usize, usize)> {
        let table = self.map.generate_lookup_table();
        // A line that stands for nothing in the file belongs to the one before it.
        (0..=line).rev().find_map(|tried| {
            let column = if tried == line { column as u32 } else { u32::MAX };
            let token = self.map.lookup_token_approx(&table, tried as u32, column)?;
            Some((token.get_src_line() as usize, token.get_src_col() as usize))
        })
    }

    /// The byte offset in the file of a byte offset in the text.
    pub(crate) fn original_offset(&self, source: &str, offset: u32) -> u32 {
        let (line, column) = text::locate(&self.text, offset as usize);
        let original = self.original(line, column);
        original.and_then(|(line, column)| text::offset(source, line, column)).unwrap_or(0) as u32
    }
}

/// How one program's files are lowered.
#[derive(Debug)]
pub(crate) struct Lowering {
    options: TransformOptions,
}

impl Lowering {
    /// From the program's tsconfig and wrangler's overrides.
    pub(crate) fn new(tsconfig: Option<&TsConfig>, jsx: &Jsx) -> Self {
        let default = oxc_resolver::CompilerOptions::default();
        let tsconfig = tsconfig.map_or(&default, |tsconfig| &tsconfig.compiler_options);
        let automatic =
            matches!(tsconfig.jsx.as_deref(), Some("react-jsx" | "react-jsxdev")) && jsx.factory.is_none();
        let factory = jsx.factory.clone().or_else(|| tsconfig.jsx_factory.clone());
        let fragment = jsx.fragment.clone().or_else(|| tsconfig.jsx_fragment_factory.clone());
        let legacy_decorators = tsconfig.experimental_decorators == Some(true);
        let define_fields = tsconfig
            .use_define_for_class_fields
            .unwrap_or_else(|| tsconfig.target.as_deref().is_none_or(defines_class_fields));
        let defaults = TypeScriptOptions::default();
        let typescript = TypeScriptOptions {
            only_remove_type_imports: tsconfig.verbatim_module_syntax == Some(true)
                || tsconfig.preserve_value_imports == Some(true),
            remove_class_fields_without_initializer: !define_fields,
            jsx_pragma: factory.clone().map_or(defaults.jsx_pragma.clone(), Into::into),
            jsx_pragma_frag: fragment.clone().map_or(defaults.jsx_pragma_frag.clone(), Into::into),
            ..defaults
        };
        let jsx = JsxOptions {
            jsx_plugin: true,
            display_name_plugin: false,
            runtime: if automatic { JsxRuntime::Automatic } else { JsxRuntime::Classic },
            import_source: tsconfig.jsx_import_source.clone().filter(|_| automatic),
            pragma: factory.filter(|_| !automatic),
            pragma_frag: fragment.filter(|_| !automatic),
            ..JsxOptions::default()
        };
        let options = TransformOptions {
            assumptions: CompilerAssumptions {
                set_public_class_fields: !define_fields,
                ..CompilerAssumptions::default()
            },
            typescript,
            decorator: DecoratorOptions {
                legacy: legacy_decorators,
                emit_decorator_metadata: tsconfig.emit_decorator_metadata == Some(true),
                strict_null_checks: tsconfig.strict_null_checks.or(tsconfig.strict) == Some(true),
            },
            jsx,
            env: EnvOptions {
                es2026: ES2026Options { explicit_resource_management: true },
                ..EnvOptions::default()
            },
            helper_loader: HelperLoaderOptions {
                mode: HelperLoaderMode::External,
                ..HelperLoaderOptions::default()
            },
            ..TransformOptions::default()
        };
        Self { options }
    }

    /// Whether a parsed file needs lowering at all.
    pub(crate) fn concerns(&self, program: &ast::Program<'_>) -> bool {
        let mut newer = Newer::default();
        newer.visit_program(program);
        program.source_type.is_typescript() || newer.syntax
    }

    /// Lowers a parsed file in place and prints it.
    pub(crate) fn run<'a>(
        &self,
        allocator: &'a Allocator,
        program: &mut ast::Program<'a>,
        name: &str,
    ) -> Result<Lowered, Diagnostics> {
        let built = SemanticBuilder::new_compiler()
            .with_enum_eval(true)
            .with_excess_capacity(EXCESS_CAPACITY)
            .build(program);
        // A name may stand for a value and, by `import type`, for a type; real doubles are found in what is printed.
        let redeclared = |problem: &OxcDiagnostic| problem.message.contains("already been declared");
        if !built.diagnostics.errors().all(redeclared) {
            return Err(built.diagnostics);
        }
        let scoping = built.semantic.into_scoping();
        let done =
            Transformer::new(allocator, Path::new(name), &self.options).build_with_scoping(scoping, program);
        if done.diagnostics.has_errors() {
            return Err(done.diagnostics);
        }
        let printed = Codegen::new()
            .with_options(CodegenOptions {
                comments: CommentOptions::disabled(),
                source_map_path: Some(name.into()),
                ..CodegenOptions::default()
            })
            .with_scoping(Some(done.scoping))
            .build(program);
        let map = printed.map.map(SourceMap::into_owned).expect("a map is asked for by its path");
        Ok(Lowered { text: printed.code, map })
    }
}

/// Room for the symbols a transform adds, as a share of those there are.
const EXCESS_CAPACITY: f64 = 2.0;

/// esbuild's rule: class fields define since ES2022; older targets assign.
fn defines_class_fields(target: &str) -> bool {
    let target = target.to_ascii_lowercase();
    target == "esnext"
        || target.strip_prefix("es").and_then(|year| year.parse().ok()).is_some_and(|year: u32| year >= 2022)
}

/// Looks for syntax that the engine does not parse.
#[derive(Default)]
struct Newer {
    syntax: bool,
}

impl<'a> Visit<'a> for Newer {
    fn visit_jsx_element(&mut self, _: &ast::JSXElement<'a>) {
        self.syntax = true;
    }

    fn visit_jsx_fragment(&mut self, _: &ast::JSXFragment<'a>) {
        self.syntax = true;
    }

    fn visit_variable_declaration(&mut self, declaration: &ast::VariableDeclaration<'a>) {
        self.syntax |= declaration.kind.is_using();
        walk::walk_variable_declaration(self, declaration);
    }
}
