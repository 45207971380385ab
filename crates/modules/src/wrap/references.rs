//! The edits inside statements: reads of imported names, `await`, `import()`, `import.meta`, `require`, defines.

use oxc::ast::ast;
use oxc::ast_visit::{Visit, walk};
use oxc::semantic::ScopeFlags;
use oxc::span::{GetSpan, Span};

use super::{Wrapper, decorators, stacks};
use crate::facts::{Request, RequestKind};

impl Wrapper<'_> {
    pub(super) fn statement(&mut self, statement: &ast::Statement<'_>) {
        Walker(self).visit_statement(statement);
    }

    pub(super) fn declaration(&mut self, declaration: &ast::Declaration<'_>) {
        Walker(self).visit_declaration(declaration);
    }

    pub(super) fn default_declaration(&mut self, declaration: &ast::ExportDefaultDeclarationKind<'_>) {
        Walker(self).visit_export_default_declaration_kind(declaration);
    }

    /// The text that reads an identifier, when it is not its own name.
    fn reading(&self, identifier: &ast::IdentifierReference<'_>) -> Option<(String, Reading)> {
        match self.scoping.get_reference(identifier.reference_id()).symbol_id() {
            Some(symbol) => {
                let binding = self.bindings.get(&symbol)?;
                let reading = if binding.namespace { Reading::Value } else { Reading::Member };
                Some((binding.text.clone(), reading))
            }
            None => match identifier.name.as_str() {
                "babelHelpers" => Some((format!("{}.helpers", self.prefix), Reading::Helper)),
                "require" if self.module => Some((format!("{}.require", self.prefix), Reading::Member)),
                name => self.define.get(name).map(|value| (value.clone(), Reading::Value)),
            },
        }
    }

    /// Puts `text` in place of `span`; one that begins with a parenthesis must not become a call of what is before.
    pub(super) fn substitute(&mut self, span: Span, text: String) {
        if text.starts_with('(') && self.statement_start == Some(span.start) {
            self.edits.insert(span.start, "0, ");
        }
        self.edits.replace(self.source, span.start, span.end, text);
    }

    /// `f()` where `f` is imported: a call without `this`.
    fn callee(&mut self, callee: &ast::Expression<'_>) -> bool {
        let ast::Expression::Identifier(identifier) = callee.without_parentheses() else { return false };
        let Some((text, Reading::Member)) = self.reading(identifier) else { return false };
        self.note(identifier);
        self.substitute(identifier.span, format!("(0, {text})"));
        true
    }

    /// Remembers that an identifier was read under another text.
    fn note(&mut self, identifier: &ast::IdentifierReference<'_>) {
        match self.scoping.get_reference(identifier.reference_id()).symbol_id() {
            Some(symbol) => {
                if let Some(binding) = self.bindings.get(&symbol) {
                    self.facts.imports[binding.import].used = true;
                }
            }
            None => self.facts.needs_record |= identifier.name == "babelHelpers",
        }
    }

    /// A dotted name that `define` replaces, rooted in a global or in `import.meta`.
    fn defined(&self, expression: &ast::Expression<'_>) -> Option<String> {
        let ast::Expression::StaticMemberExpression(_) = expression else { return None };
        let mut names = Vec::new();
        let mut at = expression;
        let root = loop {
            match at {
                ast::Expression::StaticMemberExpression(member) => {
                    names.push(member.property.name.as_str());
                    at = &member.object;
                }
                ast::Expression::Identifier(identifier) => {
                    let reference = self.scoping.get_reference(identifier.reference_id());
                    if reference.symbol_id().is_some() {
                        return None;
                    }
                    break identifier.name.as_str();
                }
                ast::Expression::ImportMeta(_) => break "import.meta",
                _ => return None,
            }
        };
        let path: Vec<&str> = std::iter::once(root).chain(names.into_iter().rev()).collect();
        self.define.get(&path.join(".")).cloned()
    }

    fn ask(&mut self, kind: RequestKind, specifier: &ast::Expression<'_>, optional: bool) {
        let literal = match specifier {
            ast::Expression::StringLiteral(literal) => literal.value.to_string(),
            ast::Expression::TemplateLiteral(template) => match template.single_quasi() {
                Some(text) => text.to_string(),
                None => return,
            },
            _ => return,
        };
        let at = specifier.span().start;
        self.request(Request { specifier: literal, kind, attribute: None, at, optional });
    }
}

/// How a substituted text is called: a member must lose its `this`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    Member,
    Value,
    Helper,
}

pub(super) struct Walker<'w, 's>(pub(super) &'w mut Wrapper<'s>);

impl<'a> Visit<'a> for Walker<'_, '_> {
    fn visit_expression(&mut self, expression: &ast::Expression<'a>) {
        if let Some(value) = self.0.defined(expression) {
            self.0.substitute(expression.span(), value);
            return;
        }
        if let ast::Expression::StaticMemberExpression(member) = expression
            && stacks::is_stack(member)
            && self.rewrites_stacks()
        {
            self.read_stack(member, "readStack");
            return;
        }
        walk::walk_expression(self, expression);
    }

    fn visit_chain_expression(&mut self, chain: &ast::ChainExpression<'a>) {
        if let ast::ChainElement::StaticMemberExpression(member) = &chain.expression
            && stacks::is_stack(member)
            && self.rewrites_stacks()
        {
            self.with_chains(1, |walker| walker.read_stack(member, "stackOf"));
        } else {
            self.with_chains(1, |walker| walk::walk_chain_expression(walker, chain));
        }
    }

    fn visit_argument(&mut self, argument: &ast::Argument<'a>) {
        self.with_chains(0, |walker| walk::walk_argument(walker, argument));
    }

    fn visit_new_expression(&mut self, new: &ast::NewExpression<'a>) {
        self.with_chains(1, |walker| walk::walk_new_expression(walker, new));
    }

    fn visit_identifier_reference(&mut self, identifier: &ast::IdentifierReference<'a>) {
        if let Some((text, _)) = self.0.reading(identifier) {
            self.0.note(identifier);
            self.0.substitute(identifier.span, text);
        } else if matches!(identifier.name.as_str(), "module" | "exports" | "require") && !self.0.module {
            let reference = self.0.scoping.get_reference(identifier.reference_id());
            let global = reference.symbol_id().is_none();
            self.0.facts.needs_record |= global;
            self.0.facts.names_exports |= global && identifier.name != "require";
        }
    }

    // `typeof require` asks what kind of module this is: an ES module has no `require`, though a call of it is resolved.
    fn visit_unary_expression(&mut self, unary: &ast::UnaryExpression<'a>) {
        if unary.operator == ast::UnaryOperator::Typeof
            && let ast::Expression::Identifier(identifier) = &unary.argument
            && identifier.name == "require"
            && self.0.module
        {
            return;
        }
        if unary.operator == ast::UnaryOperator::Delete
            && let Some(member) = stacks::member_of(&unary.argument)
        {
            return self.visit_expression(&member.object);
        }
        walk::walk_unary_expression(self, unary);
    }

    fn visit_object_property(&mut self, property: &ast::ObjectProperty<'a>) {
        if property.shorthand
            && let ast::Expression::Identifier(identifier) = &property.value
        {
            if let Some((text, _)) = self.0.reading(identifier) {
                self.0.note(identifier);
                self.0.edits.close(property.span.end, format!(": {text}"));
            }
            return;
        }
        walk::walk_object_property(self, property);
    }

    fn visit_assignment_target_property_identifier(
        &mut self,
        property: &ast::AssignmentTargetPropertyIdentifier<'a>,
    ) {
        if let Some((text, _)) = self.0.reading(&property.binding) {
            self.0.note(&property.binding);
            self.0.edits.close(property.binding.span.end, format!(": {text}"));
        }
        if let Some(init) = &property.init {
            self.visit_expression(init);
        }
    }

    fn visit_call_expression(&mut self, call: &ast::CallExpression<'a>) {
        if let ast::Expression::Identifier(identifier) = &call.callee
            && identifier.name == "require"
            && self.0.scoping.get_reference(identifier.reference_id()).symbol_id().is_none()
            && let Some(specifier) = call.arguments.first().and_then(|argument| argument.as_expression())
        {
            let optional = self.0.tries > 0;
            self.0.ask(RequestKind::Require, specifier, optional);
        }
        if let ast::Expression::StaticMemberExpression(member) = &call.callee
            && member.property.name == "catch"
            && let ast::Expression::ImportExpression(_) = &member.object
        {
            self.0.tries += 1;
            walk::walk_call_expression(self, call);
            self.0.tries -= 1;
            return;
        }
        if self.0.callee(&call.callee) {
            for argument in &call.arguments {
                self.visit_argument(argument);
            }
            return;
        }
        if let Some(member) = stacks::member_of(&call.callee) {
            self.visit_expression(&member.object);
            for argument in &call.arguments {
                self.visit_argument(argument);
            }
            return;
        }
        walk::walk_call_expression(self, call);
    }

    fn visit_tagged_template_expression(&mut self, template: &ast::TaggedTemplateExpression<'a>) {
        if self.0.callee(&template.tag) {
            self.visit_template_literal(&template.quasi);
            return;
        }
        if let Some(member) = stacks::member_of(&template.tag) {
            self.visit_expression(&member.object);
            self.visit_template_literal(&template.quasi);
            return;
        }
        walk::walk_tagged_template_expression(self, template);
    }

    fn visit_import_expression(&mut self, import: &ast::ImportExpression<'a>) {
        let optional = self.0.tries > 0;
        self.0.facts.needs_record = true;
        self.0.ask(RequestKind::Dynamic, &import.source, optional);
        let keyword = Span::new(import.span.start, import.span.start + "import".len() as u32);
        let text = format!("{}.import", self.0.prefix);
        self.0.edits.replace(self.0.source, keyword.start, keyword.end, text);
        walk::walk_import_expression(self, import);
    }

    fn visit_import_meta(&mut self, meta: &ast::ImportMeta) {
        let text = format!("{}.meta", self.0.prefix);
        self.0.edits.replace(self.0.source, meta.span.start, meta.span.end, text);
    }

    fn visit_expression_statement(&mut self, statement: &ast::ExpressionStatement<'a>) {
        let outer = self.0.statement_start.replace(statement.expression.span().start);
        match &statement.expression {
            ast::Expression::AwaitExpression(awaited) if self.0.module && self.0.functions == 0 => {
                self.lower_await(awaited, "yield (", ")");
            }
            expression => self.visit_expression(expression),
        }
        self.0.statement_start = outer;
    }

    fn visit_await_expression(&mut self, awaited: &ast::AwaitExpression<'a>) {
        if !self.0.module || self.0.functions > 0 {
            return walk::walk_await_expression(self, awaited);
        }
        let parted = self.0.statement_start == Some(awaited.span.start);
        self.lower_await(awaited, if parted { "0, (yield (" } else { "(yield (" }, "))");
    }

    fn visit_for_of_statement(&mut self, statement: &ast::ForOfStatement<'a>) {
        if statement.r#await && self.0.module && self.0.functions == 0 {
            self.lower_for_await(statement);
        } else {
            walk::walk_for_of_statement(self, statement);
        }
    }

    fn visit_labeled_statement(&mut self, labeled: &ast::LabeledStatement<'a>) {
        let mut body = &labeled.body;
        while let ast::Statement::LabeledStatement(inner) = body {
            body = &inner.body;
        }
        let lowered = matches!(body, ast::Statement::ForOfStatement(each) if each.r#await);
        if lowered && self.0.module && self.0.functions == 0 {
            // The label moves to the loop that `for await` becomes.
            self.0.labels.push(labeled.label.name.to_string());
            self.0.edits.replace(self.0.source, labeled.span.start, labeled.body.span().start, "");
        }
        self.visit_statement(&labeled.body);
    }

    fn visit_function(&mut self, function: &ast::Function<'a>, flags: ScopeFlags) {
        self.0.functions += 1;
        walk::walk_function(self, function, flags);
        self.0.functions -= 1;
    }

    fn visit_arrow_function_expression(&mut self, arrow: &ast::ArrowFunctionExpression<'a>) {
        self.0.functions += 1;
        walk::walk_arrow_function_expression(self, arrow);
        self.0.functions -= 1;
    }

    fn visit_try_statement(&mut self, statement: &ast::TryStatement<'a>) {
        self.0.tries += 1;
        self.visit_block_statement(&statement.block);
        self.0.tries -= 1;
        if let Some(handler) = &statement.handler {
            self.visit_catch_clause(handler);
        }
        if let Some(finalizer) = &statement.finalizer {
            self.visit_block_statement(finalizer);
        }
    }

    fn visit_accessor_property(&mut self, property: &ast::AccessorProperty<'a>) {
        self.lower_accessor(property, None);
    }

    fn visit_class(&mut self, class: &ast::Class<'a>) {
        if decorators::decorated(class) {
            let head = self.0.class_head.take().unwrap_or(class.span.start);
            self.lower_class(class, head);
        } else {
            walk::walk_class(self, class);
        }
    }
}

impl<'a> Walker<'_, '_> {
    fn lower_await(&mut self, awaited: &ast::AwaitExpression<'a>, open: &str, close: &str) {
        self.0.facts.has_await = true;
        let keyword = awaited.span.start + "await".len() as u32;
        self.0.edits.replace(self.0.source, awaited.span.start, keyword, open);
        // What follows `await` is no longer the beginning of the statement.
        let outer = self.0.statement_start.take();
        self.visit_expression(&awaited.argument);
        self.0.statement_start = outer;
        self.0.edits.close(awaited.span.end, close);
    }

    /// `for await (left of right) body` becomes a loop over `record.helpers.iterate(right)`.
    fn lower_for_await(&mut self, each: &ast::ForOfStatement<'a>) {
        self.0.facts.has_await = true;
        self.0.loops += 1;
        let (source, prefix, number) = (self.0.source, self.0.prefix.clone(), self.0.loops);
        let (iterator, step) = (format!("{prefix}Iterator{number}"), format!("{prefix}Step{number}"));
        let labels: String =
            std::mem::take(&mut self.0.labels).iter().map(|label| format!("{label}: ")).collect();
        // The left side moves into the body, with its own edits applied.
        let outer = std::mem::take(&mut self.0.edits);
        self.visit_for_statement_left(&each.left);
        let inner = std::mem::replace(&mut self.0.edits, outer);
        let span = each.left.span();
        let left = inner.within(source, span.start, span.end);
        let assign = match &each.left {
            ast::ForStatementLeft::VariableDeclaration(_) => format!("{left} = {step}.value;"),
            _ => format!("[{left}] = [{step}.value];"),
        };
        let (right, body) = (each.right.span(), each.body.span());
        self.0.edits.replace(
            source,
            each.span.start,
            right.start,
            format!("{{ const {iterator} = {prefix}.helpers.iterate("),
        );
        self.visit_expression(&each.right);
        self.0.edits.replace(
            source,
            right.end,
            body.start,
            format!(
                "); try {{ {labels}for (;;) {{ const {step} = yield {iterator}.next(); \
                 if ({iterator}.done({step})) break; {assign} "
            ),
        );
        self.visit_statement(&each.body);
        self.0.edits.close(
            body.end,
            format!(
                " }} }} catch (error) {{ {iterator}.fail(); throw error; }} \
                 finally {{ if ({iterator}.open) yield {iterator}.close(); }} }}"
            ),
        );
    }
}
