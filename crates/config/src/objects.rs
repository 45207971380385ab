//! Durable Objects: bindings, migrations or `exports`, and the classes that follow from them.
//!
//! ```text
//!   migrations  v1: new A    v2: rename A → B, new C    v3: delete C
//!   classes     A            B (formerly A), C          B (formerly A)
//! ```

use std::path::Path;

use crate::config::{Binding, Class, Migration, Step, Storage};
use crate::diagnostic::{Error, Warning};
use crate::layers::Layers;
use crate::section::Section;

/// Everything the file says about classes.
#[derive(Debug, Default)]
pub(crate) struct Objects {
    pub(crate) bindings: Vec<Binding>,
    pub(crate) migrations: Vec<Migration>,
    pub(crate) classes: Vec<Class>,
    pub(crate) deleted: Vec<String>,
}

/// Reads it all for the Worker called `worker`.
pub(crate) fn read(layers: &Layers<'_>, worker: &str, warnings: &mut Vec<Warning>) -> Result<Objects, Error> {
    let mut objects = Objects::default();
    let migrations = layers.of("migrations");
    for section in migrations.tables("migrations")? {
        let migration = migration(&section, warnings)?;
        if objects.migrations.iter().any(|earlier| earlier.tag == migration.tag) {
            let message = format!("the migration tag \"{}\" is used twice", migration.tag);
            return Err(section
                .at_value("tag", message)
                .help("each migration needs a tag of its own")
                .into());
        }
        for step in &migration.steps {
            objects.apply(step).map_err(|(key, message)| section.at_value(key, message))?;
        }
        objects.migrations.push(migration);
    }
    let exports = layers.of("exports");
    if let Some(section) = exports.table("exports")? {
        if !objects.migrations.is_empty() {
            let message = "\"exports\" and \"migrations\" cannot be used together";
            return Err(section.source.at(&section.span, message).help("keep one of the two").into());
        }
        objects.read_exports(&section, warnings)?;
    }
    if let Some(section) = layers.of("durable_objects").table("durable_objects")? {
        section.warn_unknown(&["bindings", "code_update_strategy"], warnings);
        for binding in section.tables("bindings")? {
            objects.bind(&binding, worker, warnings)?;
        }
    }
    Ok(objects)
}

impl Objects {
    /// Applies one step. The error is the key of the migration it is about, and what is wrong.
    fn apply(&mut self, step: &Step) -> Result<(), (&'static str, String)> {
        let index = |name: &str| self.classes.iter().position(|class| class.name == name);
        match step {
            Step::Deleted(name) => {
                let at = index(name).ok_or_else(|| {
                    (
                        "deleted_classes",
                        format!("cannot delete class \"{name}\": no earlier migration made it"),
                    )
                })?;
                self.classes.remove(at);
                self.deleted.push(name.clone());
            }
            Step::Renamed { from, to } => {
                let at = index(from).ok_or_else(|| {
                    (
                        "renamed_classes",
                        format!("cannot rename class \"{from}\": no earlier migration made it"),
                    )
                })?;
                if index(to).is_some() {
                    return Err((
                        "renamed_classes",
                        format!("cannot rename \"{from}\": \"{to}\" exists already"),
                    ));
                }
                let class = &mut self.classes[at];
                class.formerly.push(std::mem::replace(&mut class.name, to.clone()));
                self.deleted.retain(|name| name != to);
            }
            Step::Transferred { from, from_script, to } => {
                let origin = Some((from_script.clone(), from.clone()));
                let class = Class { transferred_from: origin, ..Class::new(to, Storage::Sqlite) };
                self.add(class).map_err(|message| ("transferred_classes", message))?;
            }
            Step::New { class, storage } => {
                let key = match storage {
                    Storage::Sqlite => "new_sqlite_classes",
                    Storage::KeyValue => "new_classes",
                };
                self.add(Class::new(class, *storage)).map_err(|message| (key, message))?;
            }
        }
        Ok(())
    }

    fn add(&mut self, class: Class) -> Result<(), String> {
        if self.classes.iter().any(|other| other.name == class.name) {
            return Err(format!("class \"{}\" exists already: it is made twice", class.name));
        }
        self.deleted.retain(|name| *name != class.name);
        self.classes.push(class);
        Ok(())
    }

    /// The `exports` map, the successor of migrations: the state of each class instead of steps.
    fn read_exports(&mut self, exports: &Section<'_>, warnings: &mut Vec<Warning>) -> Result<(), Error> {
        let mut renamed: Vec<(String, String)> = Vec::new();
        for (key, _) in &exports.table.entries {
            let Some(export) = exports.table(&key.name)? else { continue };
            match export.required("type")? {
                "durable-object" => {}
                "worker" => continue,
                other => {
                    let message = format!("\"{}\" of type \"{other}\" is not supported yet", export.path);
                    warnings.push(export.at_value("type", message));
                    continue;
                }
            }
            let name = key.name.as_str();
            match export.string("state")?.unwrap_or("live") {
                "live" => self.classes.push(Class::new(name, storage(&export)?)),
                "expecting-transfer" => {
                    let origin = (export.required("transfer_from")?.to_owned(), name.to_owned());
                    self.classes.push(Class {
                        transferred_from: Some(origin),
                        ..Class::new(name, storage(&export)?)
                    });
                }
                "renamed" => renamed.push((name.to_owned(), export.required("renamed_to")?.to_owned())),
                "deleted" | "transferred" => self.deleted.push(name.to_owned()),
                other => {
                    let message = format!("unknown state \"{other}\" for \"{}\"", export.path);
                    let help =
                        "a state is \"deleted\", \"renamed\", \"transferred\" or \"expecting-transfer\"";
                    return Err(export.at_value("state", message).help(help).into());
                }
            }
        }
        for class in &mut self.classes {
            let mut name = class.name.clone();
            // Follows renames backwards; each is used once, so a circle ends.
            while let Some(at) = renamed.iter().position(|(_, to)| *to == name) {
                name = renamed.remove(at).0;
                class.formerly.insert(0, name.clone());
            }
        }
        if let Some((from, to)) = renamed.first() {
            let message = format!("class \"{from}\" is renamed to \"{to}\", which \"exports\" does not have");
            return Err(exports.at_key(from, message).into());
        }
        Ok(())
    }

    fn bind(
        &mut self,
        section: &Section<'_>,
        worker: &str,
        warnings: &mut Vec<Warning>,
    ) -> Result<(), Error> {
        section.warn_unknown(&["name", "class_name", "script_name", "environment"], warnings);
        let name = section.required("name")?.to_owned();
        let class_name = section.required("class_name")?.to_owned();
        let script_name = match (section.string("script_name")?, section.string("environment")?) {
            (Some(script), Some(environment)) => Some(format!("{script}-{environment}")),
            (Some(script), None) => Some(script.to_owned()),
            (None, _) => None,
        };
        let script_name = script_name.filter(|script| script != worker);
        if script_name.is_none() && !self.classes.iter().any(|class| class.name == class_name) {
            self.adopt(section, &class_name, warnings)?;
        }
        self.bindings.push(Binding { name, class_name, script_name });
        Ok(())
    }

    /// Makes a class that is bound but that no migration made; a class that a migration took away stays away.
    fn adopt(
        &mut self,
        section: &Section<'_>,
        class: &str,
        warnings: &mut Vec<Warning>,
    ) -> Result<(), Error> {
        if let Some(heir) = self.classes.iter().find(|heir| heir.formerly.iter().any(|name| name == class)) {
            let message = format!("class \"{class}\" was renamed to \"{}\" by a migration", heir.name);
            return Err(section
                .at_value("class_name", message)
                .help("bind the class by its new name")
                .into());
        }
        if self.deleted.iter().any(|name| name == class) {
            let message = format!("class \"{class}\" is bound here, but a migration deleted it");
            let help = "remove the binding, or make the class again with a new migration";
            return Err(section.at_value("class_name", message).help(help).into());
        }
        let message = format!("no migration makes class \"{class}\"; it is made with SQLite storage");
        let help = match section.source.path.extension() {
            Some(extension) if extension == Path::new("toml") => {
                format!(
                    "to deploy it, add [[migrations]] with tag = \"v1\" and new_sqlite_classes = [\"{class}\"]"
                )
            }
            _ => format!(
                "to deploy it, add \"migrations\": [{{ \"tag\": \"v1\", \"new_sqlite_classes\": [\"{class}\"] }}]"
            ),
        };
        warnings.push(section.at_value("class_name", message).help(help));
        self.classes.push(Class::new(class, Storage::Sqlite));
        Ok(())
    }
}

impl Class {
    fn new(name: &str, storage: Storage) -> Self {
        Self { name: name.to_owned(), storage, formerly: Vec::new(), transferred_from: None }
    }
}

fn migration(section: &Section<'_>, warnings: &mut Vec<Warning>) -> Result<Migration, Error> {
    const KEYS: [&str; 6] = [
        "tag",
        "new_classes",
        "new_sqlite_classes",
        "renamed_classes",
        "deleted_classes",
        "transferred_classes",
    ];
    section.warn_unknown(&KEYS, warnings);
    let tag = section.required("tag")?.to_owned();
    let mut steps: Vec<Step> = section.strings("deleted_classes")?.into_iter().map(Step::Deleted).collect();
    for renamed in section.tables("renamed_classes")? {
        let (from, to) = (renamed.required("from")?.to_owned(), renamed.required("to")?.to_owned());
        steps.push(Step::Renamed { from, to });
    }
    for transferred in section.tables("transferred_classes")? {
        steps.push(Step::Transferred {
            from: transferred.required("from")?.to_owned(),
            from_script: transferred.required("from_script")?.to_owned(),
            to: transferred.required("to")?.to_owned(),
        });
    }
    for (key, storage) in [("new_classes", Storage::KeyValue), ("new_sqlite_classes", Storage::Sqlite)] {
        steps.extend(section.strings(key)?.into_iter().map(|class| Step::New { class, storage }));
    }
    Ok(Migration { tag, steps })
}

fn storage(export: &Section<'_>) -> Result<Storage, Error> {
    match export.string("storage")? {
        None | Some("sqlite") => Ok(Storage::Sqlite),
        Some("legacy-kv") => Ok(Storage::KeyValue),
        Some(other) => {
            let message = format!("unknown storage \"{other}\" for \"{}\"", export.path);
            Err(export.at_value("storage", message).help("a storage is \"sqlite\" or \"legacy-kv\"").into())
        }
    }
}
