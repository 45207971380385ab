//! The top level and the chosen environment as one: which of the two a key is read from.

use crate::diagnostic::{Error, Warning};
use crate::document::{Node, Value};
use crate::keys::{self, Scope, Support};
use crate::section::Section;

#[derive(Debug)]
pub(crate) struct Layers<'a> {
    pub(crate) top: Section<'a>,
    pub(crate) environment: Option<Section<'a>>,
}

impl<'a> Layers<'a> {
    /// Chooses the environment. One that does not exist is an error where others do, and a warning where there is none
    /// (then the top level is the environment).
    pub(crate) fn choose(
        top: Section<'a>,
        environment: Option<&str>,
        warnings: &mut Vec<Warning>,
    ) -> Result<Self, Error> {
        let Some(name) = environment else { return Ok(Self { top, environment: None }) };
        let declared = top.table("env")?;
        let chosen = match &declared {
            Some(environments) => environments.table(name)?,
            None => None,
        };
        if chosen.is_none() {
            let message = format!("there is no environment \"{name}\"");
            let names: Vec<_> =
                declared.iter().flat_map(|env| &env.table.entries).map(|(key, _)| &key.name).collect();
            if !names.is_empty() {
                let names = names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
                return Err(top.at_key("env", message).help(format!("this file has {names}")).into());
            }
            let help =
                format!("the top level is used; add a section [env.{name}] to give it values of its own");
            warnings.push(top.source.whole(message).help(help));
        }
        Ok(Self { top, environment: chosen })
    }

    /// The section in force for `key`: the environment's, or the top level's when the key is inherited from it.
    pub(crate) fn of(&self, key: &str) -> &Section<'a> {
        let scope = keys::known(key).map_or(Scope::Top, |known| known.scope);
        match (&self.environment, scope) {
            (Some(environment), Scope::Own) => environment,
            (Some(environment), Scope::Inherited) if environment.has(key) => environment,
            _ => &self.top,
        }
    }

    /// Warns about keys that are unknown, not implemented, or out of place.
    pub(crate) fn review(&self, warnings: &mut Vec<Warning>) {
        for section in [Some(&self.top), self.environment.as_ref()].into_iter().flatten() {
            let at_top = section.path.is_empty();
            for (key, node) in &section.table.entries {
                let Some(known) = keys::known(&key.name) else {
                    warnings.push(section.unknown(key, &keys::names()));
                    continue;
                };
                if !at_top && known.scope == Scope::Top && known.support != Support::Deploy {
                    let message =
                        format!("\"{}\" is ignored: it belongs at the top level", section.path_of(&key.name));
                    warnings.push(section.source.at(&key.span, message));
                    continue;
                }
                let in_force = self.of(&key.name).path == section.path;
                if known.support == Support::Later && in_force && !node.value.is_empty() {
                    let mut message = format!("\"{}\" is not supported yet", section.path_of(&key.name));
                    let bindings = bindings(node);
                    if !bindings.is_empty() {
                        message.push_str(&format!("; the program will not find {}", bindings.join(", ")));
                    }
                    warnings.push(section.source.at(&key.span, message));
                }
                let lost = at_top
                    && known.scope == Scope::Own
                    && self.environment.is_some()
                    && !node.value.is_empty();
                if let Some(environment) = self.environment.as_ref().filter(|_| lost)
                    && !environment.has(&key.name)
                {
                    let path = &environment.path;
                    let message =
                        format!("\"{}\" is not inherited by environments, and \"{path}\" has none", key.name);
                    let help = format!("repeat it as \"{}\"", environment.path_of(&key.name));
                    warnings.push(section.source.at(&key.span, message).help(help));
                }
            }
        }
    }
}

/// The bindings that a key of this shape declares, as the program writes them.
fn bindings(node: &Node) -> Vec<String> {
    let items = match &node.value {
        Value::Array(items) => items.as_slice(),
        _ => std::slice::from_ref(node),
    };
    let names = items.iter().filter_map(|item| match &item.value {
        Value::Table(table) => match &table.entry("binding")?.1.value {
            Value::String(name) => Some(format!("env.{name}")),
            _ => None,
        },
        _ => None,
    });
    names.collect()
}
