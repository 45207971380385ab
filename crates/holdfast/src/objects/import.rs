//! Taking in databases: one file, or a folder as Miniflare, wrangler or workerd leaves it.
//!
//! Such a folder has, at some depth, a folder for each class, with a file for each object (`<id>.sqlite`, a write-ahead
//! log beside it) and `metadata.sqlite`, where the alarms are. Ids say which class an object is of, so the names of
//! folders do not matter.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use holdfast_core::alarm::Time;
use holdfast_host::Instance;
use holdfast_store::{Content, Identity, Object, Store, scheduled};

use super::find::{self, Found};
use super::protocol::{Answer, Complaint, Listed, Skipped};
use super::reach::{Reach, ask};

/// How deep folders are looked into: `.wrangler/state/v3/do/<class>`.
const DEPTH_MAX: usize = 6;

/// An alarm, and a name where there is one.
type Scheduled = HashMap<String, (Time, Option<String>)>;

/// Replaces an object's data by a file.
pub(super) fn file(reach: &dyn Reach, found: &Found, file: &Path) -> Result<Answer, Complaint> {
    if !file.is_file() {
        return Err(Complaint::new(format!("there is no file {}", file.display())));
    }
    // An alarm beside the file is this object's only if the file is.
    let is_its_own = file.file_stem().is_some_and(|stem| stem.to_string_lossy() == found.id.to_string());
    let beside = file.with_file_name("metadata.sqlite");
    let alarms = if is_its_own { alarms(reach.store(), &beside)? } else { Scheduled::new() };
    let listed = take(reach, found, file, &alarms)?;
    Ok(Answer::Imported { objects: vec![listed], skipped: Vec::new() })
}

/// Takes in all objects of a folder.
pub(super) fn folder(reach: &dyn Reach, folder: &Path, class: Option<&str>) -> Result<Answer, Complaint> {
    let store = reach.store();
    if !folder.is_dir() {
        return Err(Complaint::new(format!("there is no folder {}", folder.display()))
            .help("name a folder that wrangler or workerd wrote, or an object and a file"));
    }
    if Store::is_at(folder) {
        return Err(Complaint::new(format!("{} is a state folder of holdfast", folder.display()))
            .help("use it with --persist-to, or export its objects and import them one by one"));
    }
    let mut files = Vec::new();
    collect(folder, DEPTH_MAX, &mut files);
    files.sort();
    if files.is_empty() {
        return Err(Complaint::new(format!("there are no objects in {}", folder.display()))
            .help("wrangler keeps them in .wrangler/state, Miniflare where durableObjectsPersist says"));
    }
    let classes = find::classes(store, class)?;
    let mut known: HashMap<PathBuf, Scheduled> = HashMap::new();
    let (mut objects, mut skipped) = (Vec::new(), Vec::new());
    for file in files {
        let mut skip = |reason: String| skipped.push(Skipped { file: file.clone(), reason });
        let id = file.file_stem().expect("it has a name").to_string_lossy().into_owned();
        let beside = file.with_file_name("metadata.sqlite");
        if !known.contains_key(&beside) {
            known.insert(beside.clone(), alarms(store, &beside)?);
        }
        let alarms = &known[&beside];
        let of = classes.iter().find_map(|class| Some((class, class.namespace.ids().parse(&id).ok()?)));
        let Some((class, id)) = of else {
            skip("it is of no class here".to_owned());
            continue;
        };
        if fs::metadata(&file).is_ok_and(|metadata| metadata.len() == 0) {
            skip("it is empty".to_owned());
            continue;
        }
        let noted = class.namespace.noted_name(id)?;
        let name = noted.or_else(|| alarms.get(&id.to_string())?.1.clone());
        let found = Found { class: class.clone(), id, name };
        match take(reach, &found, &file, alarms) {
            Ok(listed) => objects.push(listed),
            Err(complaint) => skip(complaint.error),
        }
    }
    if objects.is_empty() && skipped.iter().all(|one| one.reason == "it is of no class here") {
        return Err(Complaint::new(format!("the objects in {} are of no class here", folder.display()))
            .help(
                "name the configuration whose Worker wrote them with --config: \
             ids depend on the names of the Worker and the class",
            ));
    }
    Ok(Answer::Imported { objects, skipped })
}

fn take(reach: &dyn Reach, found: &Found, file: &Path, alarms: &Scheduled) -> Result<Listed, Complaint> {
    let namespace = &found.class.namespace;
    if let Some(name) = &found.name {
        namespace.note_name(found.id, name)?;
    }
    let alarm = alarms.get(&found.id.to_string()).map(|(due, _)| *due);
    let identity = Identity { name: found.name.as_deref(), alarm };
    let content = Content::read(file, reach.store().root(), identity)?;
    let (bytes, alarm) = (content.bytes(), content.alarm());
    let replace = move |object: &Object| Ok(Ok(((), Some(object.replace(&content)?))));
    ask(reach, namespace, found.id, Instance::IsReset, replace)?;
    Ok(Listed { which: found.which(), bytes, alarm: alarm.map(Time::to_ms) })
}

/// What a file beside objects says about them.
fn alarms(store: &Store, file: &Path) -> Result<Scheduled, Complaint> {
    if !file.is_file() {
        return Ok(Scheduled::new());
    }
    let all = scheduled(file, store.root())?;
    Ok(all.into_iter().map(|(id, due, name)| (id, (due, name))).collect())
}

/// The files of objects in a folder and those below it. What cannot be read is not there.
fn collect(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if is_folder && depth > 0 {
            collect(&path, depth - 1, files);
        } else if !is_folder
            && path.extension().is_some_and(|extension| extension == "sqlite")
            && path.file_stem().is_some_and(|stem| is_id(&stem.to_string_lossy()))
        {
            files.push(path);
        }
    }
}

fn is_id(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
