//! Standard decorators and `accessor`: classes taken apart so that `js/decorators.js` can decorate them.
//!
//! ```text
//!   @c class A { @m f() {} @x y = 1; }
//!
//!   let A = (() => { const $hfD1 = $hf.helpers.decorators([c], [[m], [x]]);
//!   return $hfD1.finish(class A {
//!     static { $hfD1.apply(this, [{ kind: "method", name: "f", fixed: false, index: 0 }, …]); }
//!     #$hfStart1 = $hfD1.start(this);
//!     f() {} y = $hfD1.field(1, this, 1);
//!     #$hfEnd1 = $hfD1.end(this); static { $hfD1.endStatic(this); } }); })();
//! ```
//!
//! A declaration whose class has no decorator of its own stays a declaration, after a `const $hfD1 = …;`.

use oxc::ast::ast;
use oxc::ast_visit::Visit;
use oxc::span::{GetSpan, Span};

use super::references::Walker;
use super::{Refusal, quote};

/// Whether a class or one of its elements is decorated.
pub(super) fn decorated(class: &ast::Class<'_>) -> bool {
    !class.decorators.is_empty() || class.body.body.iter().any(|element| !decorators_of(element).is_empty())
}

fn decorators_of<'e, 'a>(element: &'e ast::ClassElement<'a>) -> &'e [ast::Decorator<'a>] {
    match element {
        ast::ClassElement::MethodDefinition(method) => &method.decorators,
        ast::ClassElement::PropertyDefinition(property) => &property.decorators,
        ast::ClassElement::AccessorProperty(accessor) => &accessor.decorators,
        _ => &[],
    }
}

/// One decorated element, as text for `apply`.
struct Element {
    index: usize,
    kind: &'static str,
    fixed: bool,
}

impl<'a> Walker<'_, '_> {
    /// Lowers a decorated class. `head` is where its statement begins (at `export`, or at its first decorator).
    pub(super) fn lower_class(&mut self, class: &ast::Class<'a>, head: u32) {
        self.0.facts.needs_record = true;
        self.0.loops += 1;
        let (source, prefix, number) = (self.0.source, self.0.prefix.clone(), self.0.loops);
        let own = format!("{prefix}D{number}");
        let of_class = self.decorator_list(&class.decorators);
        let elements: Vec<&ast::ClassElement<'a>> =
            class.body.body.iter().filter(|element| !decorators_of(element).is_empty()).collect();
        let of_elements: Vec<String> =
            elements.iter().map(|element| self.decorator_list(decorators_of(element))).collect();
        let make =
            format!("const {own} = {prefix}.helpers.decorators({of_class}, [{}]);", of_elements.join(", "));
        let declared = class.is_declaration().then_some(class.id.as_ref()).flatten();
        let (open, close) = match declared {
            Some(_) if class.decorators.is_empty() => (format!("{make} "), ""),
            Some(id) => (format!("let {} = (() => {{ {make} return {own}.finish(", id.name), "); })();"),
            None => (format!("(() => {{ {make} return {own}.finish("), "); })()"),
        };
        let last = class.decorators.iter().map(|decorator| decorator.span.end).max();
        let from = last.map_or(class.span.start, |end| end.max(head));
        let keyword = source[from as usize..].find("class").map_or(from, |at| from + at as u32);
        self.0.substitute(Span::new(head.min(class.span.start), keyword), open);
        if let Some(heritage) = &class.heritage {
            self.visit_class_heritage(heritage);
        }
        self.lower_body(class, &elements, &own, number);
        self.0.edits.close(class.span.end, close);
    }

    fn lower_body(
        &mut self,
        class: &ast::Class<'a>,
        elements: &[&ast::ClassElement<'a>],
        own: &str,
        number: usize,
    ) {
        let prefix = self.0.prefix.clone();
        let mut described = Vec::new();
        let at = self.0.edits.mark();
        for element in &class.body.body {
            match elements.iter().position(|other| other.span() == element.span()) {
                Some(index) => described.extend(self.lower_element(element, index, own)),
                None => self.visit_class_element(element),
            }
        }
        let start = class.body.span.start + 1;
        let text = format!(
            " static {{ {own}.apply(this, [{}]); }} #{prefix}Start{number} = {own}.start(this);",
            described.join(", ")
        );
        self.0.edits.insert_at_mark(at, start, text);
        self.0.edits.close(
            class.body.span.end - 1,
            format!("; #{prefix}End{number} = {own}.end(this); static {{ {own}.endStatic(this); }} "),
        );
    }

    /// Takes the decorators off an element, and says what `apply` needs to know of it.
    fn lower_element(&mut self, element: &ast::ClassElement<'a>, index: usize, own: &str) -> Option<String> {
        for decorator in decorators_of(element) {
            self.0.edits.replace(self.0.source, decorator.span.start, decorator.span.end, "");
        }
        let (key, computed, element) = match element {
            ast::ClassElement::MethodDefinition(method) => {
                let kind = match method.kind {
                    ast::MethodDefinitionKind::Get => "getter",
                    ast::MethodDefinitionKind::Set => "setter",
                    _ => "method",
                };
                let described = Element { index, kind, fixed: method.r#static };
                self.visit_function(&method.value, oxc::semantic::ScopeFlags::Function);
                (&method.key, method.computed, described)
            }
            ast::ClassElement::PropertyDefinition(property) => {
                let described = Element { index, kind: "field", fixed: property.r#static };
                self.lower_initializer(&property.key, property.computed, property.value.as_ref(), index, own);
                (&property.key, property.computed, described)
            }
            ast::ClassElement::AccessorProperty(accessor) => {
                let described = Element { index, kind: "accessor", fixed: accessor.r#static };
                self.lower_accessor(accessor, Some((index, own)));
                (&accessor.key, accessor.computed, described)
            }
            _ => return None,
        };
        self.describe(key, computed, &element, own)
    }

    fn lower_initializer(
        &mut self,
        key: &ast::PropertyKey<'a>,
        computed: bool,
        value: Option<&ast::Expression<'a>>,
        index: usize,
        own: &str,
    ) {
        match value {
            Some(value) => {
                let span = value.span();
                self.0.edits.insert(span.start, format!("{own}.field({index}, this, "));
                self.visit_expression(value);
                self.0.edits.close(span.end, ")");
            }
            None => {
                let end = key.span().end + u32::from(computed);
                self.0.edits.close(end, format!(" = {own}.field({index}, this)"));
            }
        }
    }

    fn describe(
        &mut self,
        key: &ast::PropertyKey<'a>,
        computed: bool,
        element: &Element,
        own: &str,
    ) -> Option<String> {
        let span = key.span();
        let text = &self.0.source[span.start as usize..span.end as usize];
        let mut hidden = String::new();
        let name = match key {
            ast::PropertyKey::PrivateIdentifier(name) => {
                if element.kind != "field" {
                    let message = "a decorator on a private method or accessor is not supported".to_owned();
                    self.0.refusals.push(Refusal { at: span.start, message });
                    return None;
                }
                hidden = format!(
                    ", hidden: {{ has: (object) => {text} in object, get: (object) => object.{text}, \
                     set: (object, value) => {{ object.{text} = value; }} }}"
                );
                quote(&format!("#{}", name.name))
            }
            _ if computed => {
                self.0.edits.insert(span.start, format!("{own}.key({}, ", element.index));
                self.visit_property_key(key);
                self.0.edits.close(span.end, ")");
                "undefined".to_owned()
            }
            _ => quote(&key.static_name().map_or_else(|| text.to_owned(), |name| name.to_string())),
        };
        let Element { index, kind, fixed } = element;
        Some(format!("{{ kind: \"{kind}\", name: {name}, fixed: {fixed}, index: {index}{hidden} }}"))
    }

    /// The decorators' expressions as an array, with their own edits applied.
    fn decorator_list(&mut self, decorators: &[ast::Decorator<'a>]) -> String {
        let source = self.0.source;
        let texts: Vec<String> = decorators
            .iter()
            .map(|decorator| {
                let span = decorator.expression.span();
                let outer = std::mem::take(&mut self.0.edits);
                // A call of an imported decorator must not begin a statement.
                let statement = self.0.statement_start.take();
                self.visit_expression(&decorator.expression);
                self.0.statement_start = statement;
                let inner = std::mem::replace(&mut self.0.edits, outer);
                inner.within(source, span.start, span.end)
            })
            .collect();
        format!("[{}]", texts.join(", "))
    }

    /// `accessor x = 1` becomes a private field with a getter and a setter.
    pub(super) fn lower_accessor(
        &mut self,
        property: &ast::AccessorProperty<'a>,
        decorated: Option<(usize, &str)>,
    ) {
        let source = self.0.source;
        if property.computed {
            let message = "an accessor with a computed name is not supported".to_owned();
            self.0.refusals.push(Refusal { at: property.span.start, message });
            return;
        }
        self.0.accessors += 1;
        let field = format!("#{}Accessor{}", self.0.prefix, self.0.accessors);
        let key = property.key.span();
        let name = &source[key.start as usize..key.end as usize];
        let fixed = if property.r#static { "static " } else { "" };
        let after = property.decorators.iter().map(|decorator| decorator.span.end).max();
        let start = after.unwrap_or(property.span.start);
        self.0.edits.replace(source, start, key.end, format!(" {fixed}{field}"));
        match (decorated, &property.value) {
            (Some((index, own)), value) => {
                self.lower_initializer(&property.key, false, value.as_ref(), index, own);
            }
            (None, Some(value)) => self.visit_expression(value),
            (None, None) => {}
        }
        let end = property.value.as_ref().map_or(key.end, |value| value.span().end);
        self.0.edits.close(
            end,
            format!(
                "; {fixed}get {name}() {{ return this.{field}; }} {fixed}set {name}(value) {{ this.{field} = value; }}"
            ),
        );
    }
}
