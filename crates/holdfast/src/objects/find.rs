//! Which object is meant by an id or a name.

use holdfast_core::id::ObjectId;
use holdfast_core::key_value::Backend;
use holdfast_store::{Class, Store};

use super::protocol::{Complaint, Which};

/// An object that is meant, whether or not it has stored anything.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) class: Class,
    pub(super) id: ObjectId,
    pub(super) name: Option<String>,
}

impl Found {
    pub(super) fn which(&self) -> Which {
        which(&self.class, self.id, self.name.clone())
    }

    /// What it is called in a sentence.
    pub(super) fn described(&self) -> String {
        match &self.name {
            Some(name) => format!("{} {name:?}", self.class.class),
            None => format!("{} {}", self.class.class, self.id),
        }
    }

    /// It has stored nothing: what to look at.
    pub(super) fn unknown(&self, store: &Store) -> Complaint {
        let complaint = Complaint::new(format!("{} has stored nothing", self.described()));
        let name = self.name.as_deref();
        let elsewhere = store.classes().into_iter().filter(|class| {
            class.namespace.unique_key() != self.class.namespace.unique_key()
                && name.is_some_and(|name| is_stored(store, class, name))
        });
        let classes: Vec<String> = elsewhere.map(|class| class.class).collect();
        match &classes[..] {
            [] => complaint
                .help(format!("see what there is with: holdfast objects list --class {}", self.class.class)),
            [one] => complaint.help(format!("the class {one} has an object of that name: --class {one}")),
            several => complaint.help(format!("classes with an object of that name: {}", several.join(", "))),
        }
    }
}

pub(super) fn which(class: &Class, id: ObjectId, name: Option<String>) -> Which {
    Which { worker: class.script.clone(), class: class.class.clone(), id: id.to_string(), name }
}

pub(super) fn backend(class: &Class) -> &'static str {
    match class.namespace.backend() {
        Backend::KeyValue => "key-value",
        Backend::Sqlite => "sqlite",
    }
}

/// The classes that are meant: all, or those of a name.
pub(super) fn classes(store: &Store, wanted: Option<&str>) -> Result<Vec<Class>, Complaint> {
    let all = store.classes();
    let Some(wanted) = wanted else { return Ok(all) };
    let is_meant = |class: &Class| class.class == wanted || class.namespace.unique_key() == wanted;
    let meant: Vec<Class> = all.iter().filter(|class| is_meant(class)).cloned().collect();
    if !meant.is_empty() {
        return Ok(meant);
    }
    let complaint = Complaint::new(format!("there is no class {wanted:?}"));
    let near = all.iter().find(|class| class.class.eq_ignore_ascii_case(wanted));
    Err(match near {
        Some(near) => complaint.help(format!("did you mean --class {}?", near.class)),
        None if all.is_empty() => complaint.help("no program has run on this state folder yet"),
        None => complaint.help(format!("the classes are: {}", names(&all))),
    })
}

/// The object of an id or a name, which has stored something where there are several classes.
pub(super) fn find(store: &Store, object: &str, class: Option<&str>) -> Result<Found, Complaint> {
    find_or(store, object, class, |several| {
        Complaint::new(format!("no object {object:?} has stored anything")).help(format!(
            "see what there is with: holdfast objects list; the classes are: {}",
            names(several)
        ))
    })
}

/// The same of one that may be new.
pub(super) fn find_or_new(store: &Store, object: &str, class: Option<&str>) -> Result<Found, Complaint> {
    find_or(store, object, class, |several| {
        Complaint::new(format!("there is no object {object:?} yet, and several classes"))
            .help(format!("say of which one it is to be with --class: {}", names(several)))
    })
}

fn find_or(
    store: &Store,
    object: &str,
    class: Option<&str>,
    unstored: impl FnOnce(&[Class]) -> Complaint,
) -> Result<Found, Complaint> {
    let classes = classes(store, class)?;
    if is_id(object) {
        return by_id(store, &classes, object);
    }
    let by_name = |class: &Class| Found {
        id: class.namespace.ids().id_from_name(object),
        class: class.clone(),
        name: Some(object.to_owned()),
    };
    match &classes[..] {
        [] => Err(Complaint::new("there is no class").help("no program has run on this state folder yet")),
        [class] => Ok(by_name(class)),
        several => {
            let stored: Vec<Class> =
                several.iter().filter(|class| is_stored(store, class, object)).cloned().collect();
            match &stored[..] {
                [class] => Ok(by_name(class)),
                [] => Err(unstored(several)),
                of => Err(Complaint::new(format!("there are several objects {object:?}"))
                    .help(format!("say which one is meant with --class: {}", names(of)))),
            }
        }
    }
}

fn by_id(store: &Store, classes: &[Class], text: &str) -> Result<Found, Complaint> {
    let parsed = |class: &Class| class.namespace.ids().parse(text).ok();
    if let Some((class, id)) = classes.iter().find_map(|class| Some((class, parsed(class)?))) {
        let name = class.namespace.noted_name(id)?;
        return Ok(Found { class: class.clone(), id, name });
    }
    let complaint = Complaint::new(format!("{text} is no id of {}", names(classes)));
    Err(match store.classes().iter().find(|class| parsed(class).is_some()) {
        Some(class) => complaint.help(format!("it is an id of {0}: --class {0}", class.class)),
        None => complaint.help("see what there is with: holdfast objects list"),
    })
}

fn is_id(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn is_stored(store: &Store, class: &Class, name: &str) -> bool {
    let id = class.namespace.ids().id_from_name(name);
    store.objects(&class.namespace).is_ok_and(|ids| ids.contains(&id))
}

/// The names of classes, with their Workers where a name is not enough.
fn names(classes: &[Class]) -> String {
    let is_alone = |name: &str| classes.iter().filter(|class| class.class == name).count() == 1;
    let name = |class: &Class| match is_alone(&class.class) {
        true => class.class.clone(),
        false => class.namespace.unique_key().to_owned(),
    };
    classes.iter().map(name).collect::<Vec<_>>().join(", ")
}
