//! Reads of `.stack`: the engine gives an error's stack in a form of its own, and programs expect V8's.
//!
//! ```text
//!   error.stack          $hf.readStack(error)
//!   error?.stack         $hf.stackOf(error)          undefined where there is no error
//! ```
//!
//! Left alone is what is no plain read: calls and constructions (`a.stack()`, `new a.stack()`), `delete`, assignments, and what
//! an optional chain goes on with (`a?.stack.b`). Only ES modules are looked at.

use oxc::ast::ast;
use oxc::ast_visit::Visit;
use oxc::span::GetSpan;

use super::references::Walker;

/// The member expression `….stack`, when `expression` is one.
pub(super) fn member_of<'e, 'a>(
    expression: &'e ast::Expression<'a>,
) -> Option<&'e ast::StaticMemberExpression<'a>> {
    match expression.without_parentheses() {
        ast::Expression::StaticMemberExpression(member) if is_stack(member) => Some(member),
        _ => None,
    }
}

/// Whether this is `….stack` of something that can be handed to a function.
pub(super) fn is_stack(member: &ast::StaticMemberExpression<'_>) -> bool {
    member.property.name == "stack" && !matches!(member.object, ast::Expression::Super(_))
}

impl<'a> Walker<'_, '_> {
    /// Whether a read of `.stack` here may become a call.
    pub(super) fn rewrites_stacks(&self) -> bool {
        self.0.module && self.0.chains == 0
    }

    /// `object.stack` becomes a call of `reader`, a function of the record.
    pub(super) fn read_stack(&mut self, member: &ast::StaticMemberExpression<'a>, reader: &str) {
        let open = format!("{}.{reader}(", self.0.prefix);
        self.0.edits.insert(member.span.start, open);
        // The object no longer begins the statement.
        let outer = self.0.statement_start.take();
        self.visit_expression(&member.object);
        self.0.statement_start = outer;
        let end = member.object.span().end;
        self.0.edits.replace(self.0.source, end, member.span.end, ")");
    }

    /// Visits with reads of `.stack` left alone, or with those within arguments looked at again.
    pub(super) fn with_chains(&mut self, chains: usize, visit: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.0.chains, chains);
        visit(self);
        self.0.chains = outer;
    }
}
