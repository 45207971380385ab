//! `holdfast objects`: people look at what objects have stored, change it and copy it.
//!
//! Promises that files of objects are never opened beside a server that uses them: its socket is asked first
//! ([`socket`]), and does the work between the object's events; where none answers, the lock of the state folder is
//! taken, which recovers what a crash left. Both ways lead to [`perform`], so both answer alike.
//!
//! ```text
//!   command line ─► Request ─► client ══ Unix socket ══► server ─► Host::visit ─► the object's thread
//!                      │  (no server)                        │
//!                      └────► Offline: lock, recover ────────┴──► perform ─► Answer ─► table or JSON
//! ```

mod client;
mod find;
mod import;
mod perform;
mod protocol;
mod reach;
mod server;
mod shown;
mod socket;

use std::io::Write;
use std::path::{Path, PathBuf};

use holdfast_config::{LoadOptions, Loaded};
use holdfast_store::{Kind, Store};

use crate::cli::{Exit, Objects, What};
use crate::project;
use crate::report::{Problem, Report};
use client::Unasked;
pub(crate) use protocol::Moment;
use protocol::{Complaint, Request};
pub(crate) use server::Server;

/// Does what was asked for, with `current` as the current folder.
pub(crate) fn run(objects: &Objects, current: &Path, report: &Report, out: &mut impl Write) -> Exit {
    match answer(objects, current) {
        Ok(text) => {
            // Whoever closes the pipe early has read enough.
            let _ = out.write_all(text.as_bytes());
            Exit::Done
        }
        Err((exit, problem)) => {
            report.error(&problem);
            exit
        }
    }
}

type Failed = (Exit, Problem);

fn answer(objects: &Objects, current: &Path) -> Result<String, Failed> {
    let request = request(objects, current);
    let (root, workers) = place(objects, current)?;
    let answer = match client::ask(&root, &request) {
        Ok(answer) => answer,
        Err(Unasked::NoServer) => offline(&root, &workers, &request)?,
        Err(Unasked::Other(problem)) => return Err((Exit::State, problem)),
    };
    let answer = answer.map_err(|complaint| (Exit::Refused, problem(complaint)))?;
    Ok(if objects.json { shown::json(&answer) } else { shown::text(&answer) })
}

fn problem(complaint: Complaint) -> Problem {
    let problem = Problem::new(complaint.error);
    match complaint.help {
        Some(help) => problem.help(help),
        None => problem,
    }
}

/// What is asked for. Paths are made absolute: a server has another current folder.
fn request(objects: &Objects, current: &Path) -> Request {
    let class = objects.class.clone();
    match &objects.what {
        What::List => Request::List { class },
        What::Show { object } => Request::Show { object: object.clone(), class },
        What::Sql { object, query } => Request::Sql { object: object.clone(), class, query: query.clone() },
        What::Export { object, file } => {
            Request::Export { object: object.clone(), class, file: current.join(file) }
        }
        What::Import { object, file: Some(file) } => {
            Request::Import { object: object.clone(), class, file: current.join(file) }
        }
        What::Restore { object, at } => Request::Restore { object: object.clone(), class, to: at.clone() },
        What::Import { object, file: None } => Request::ImportFolder { folder: current.join(object), class },
    }
}

/// The state folder, and the Workers of the project as far as there is one.
fn place(objects: &Objects, current: &Path) -> Result<(PathBuf, Vec<Loaded>), Failed> {
    let workers = load(objects, current);
    if let Some(folder) = &objects.persist_to {
        // A folder that is named needs no project, unless a configuration is named too.
        let workers = if objects.config.is_empty() { workers.unwrap_or_default() } else { workers? };
        return Ok((current.join(folder), workers));
    }
    let workers = workers?;
    let first = workers.first().expect("at least one configuration was loaded");
    Ok((first.config.root.join(".holdfast/state"), workers))
}

fn load(objects: &Objects, current: &Path) -> Result<Vec<Loaded>, Failed> {
    let options = LoadOptions {
        environment: objects.env.clone().filter(|name| !name.is_empty()),
        ..LoadOptions::default()
    };
    let failed = |error: holdfast_config::Error| (Exit::Program, Problem::from(&*error));
    if objects.config.is_empty() {
        let config = holdfast_config::find(current).map_err(|error| {
            let problem = Problem::from(&*error);
            (
                Exit::Program,
                problem.help("name the state folder with --persist-to, or a configuration with --config"),
            )
        })?;
        return Ok(vec![holdfast_config::load(&config, &options).map_err(failed)?]);
    }
    let load = |file: &PathBuf| holdfast_config::load(&current.join(file), &options).map_err(failed);
    objects.config.iter().map(load).collect()
}

/// Does it on the state folder itself.
fn offline(
    root: &Path,
    workers: &[Loaded],
    request: &Request,
) -> Result<Result<protocol::Answer, Complaint>, Failed> {
    let imports = matches!(request, Request::Import { .. } | Request::ImportFolder { .. });
    if !imports && !Store::is_at(root) {
        let problem = Problem::new(format!("there is no state folder {}", root.display()));
        return Err((
            Exit::State,
            problem.help("start the program once, or name the folder with --persist-to"),
        ));
    }
    let unusable = |error: holdfast_store::Error| {
        let problem = Problem::new(error.to_string());
        let problem = match error.kind() {
            Kind::InUse(_) => problem.help(
                "that process does not answer at the folder's socket: it is starting, stopping or of another version",
            ),
            _ => problem,
        };
        (Exit::State, problem)
    };
    let history = Some(holdfast_store::HistoryLimits::default());
    let options = holdfast_store::Options { history, ..holdfast_store::Options::default() };
    let store = Store::open(root, options).map_err(unusable)?;
    if imports {
        // The classes must be there before their objects; the server does the same when it starts.
        let mut numbered = Vec::new();
        for loaded in workers {
            project::migrate(&store, &loaded.config).map_err(unusable)?;
            project::number_classes(&store, 0, &loaded.config, &mut numbered).map_err(unusable)?;
        }
    }
    let offline = reach::Offline::new(store);
    let answer = perform::perform(&offline, request);
    offline.close().map_err(unusable)?;
    Ok(answer)
}
