//! The Workers of one `dev`: their configurations and programs, and loading them again.

use crate::cli::Project;
use crate::dev::thrown;
use crate::project;
use crate::report::{Problem, Report};
use crate::thread::{Directory, Post, Switch};
use holdfast_config::{Config, Loaded};
use holdfast_host::{NOT_RUNNING, Namespace, Program, Running};
use holdfast_modules::Graph;
use holdfast_store::Store;
use holdfast_workers::flags::Flags;
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

/// How long a thread that is busy may take to load a program.
const LOAD_MAX: Duration = Duration::from_secs(60);

pub(crate) struct Workers {
    list: Vec<Worker>,
    namespaces: Vec<Namespace>,
    /// Files of a program that did not load: a change of one of them is a reason to try again.
    failed_files: Vec<PathBuf>,
}

struct Worker {
    config: Config,
    /// The configuration's own files.
    files: Vec<PathBuf>,
    program: Arc<Program>,
}

impl Workers {
    /// Loads every Worker, or says everything that is wrong with the first that cannot be loaded.
    pub(crate) fn load(loaded: Vec<Loaded>, store: &Store, report: &Report) -> Result<Workers, Vec<Problem>> {
        let mut workers = Workers { list: Vec::new(), namespaces: Vec::new(), failed_files: Vec::new() };
        let configs: Vec<&Config> = loaded.iter().map(|loaded| &loaded.config).collect();
        let names: Vec<String> = configs.iter().map(|config| config.name.clone()).collect();
        let sources = loaded
            .iter()
            .map(|loaded| read(loaded, report))
            .collect::<Result<Vec<Source>, Vec<Problem>>>()?;
        workers.number(&configs, store, None)?;
        for warning in configs.iter().flat_map(|config| project::missing_services(config, &names)) {
            report.warning(&warning);
        }
        for ((script, loaded), source) in (0..).zip(loaded).zip(sources) {
            let program = source.program(&loaded.config, script, &names, &workers.namespaces)?;
            workers.list.push(Worker { config: loaded.config, files: loaded.files, program });
        }
        Ok(workers)
    }

    /// Applies migrations and numbers the classes of all Workers. Where threads run already, they let go of what a
    /// migration deletes before it does.
    fn number(
        &mut self,
        configs: &[&Config],
        store: &Store,
        running: Option<&Directory>,
    ) -> Result<(), Vec<Problem>> {
        for (script, config) in (0..).zip(configs) {
            let problem = |error: holdfast_store::Error| {
                let mut problem = Problem::new(error.to_string());
                problem.file = Some(config.path.clone());
                vec![problem]
            };
            if let Some(directory) = running {
                let doomed = project::doomed(store, config).map_err(problem)?;
                self.let_go(&doomed, directory).map_err(|problem| vec![problem])?;
            }
            project::migrate(store, config).map_err(problem)?;
            project::number_classes(store, script, config, &mut self.namespaces).map_err(problem)?;
        }
        Ok(())
    }

    /// Makes every thread end the objects of namespaces that are about to be emptied.
    fn let_go(&mut self, doomed: &[String], directory: &Directory) -> Result<(), Problem> {
        if doomed.is_empty() {
            return Ok(());
        }
        for namespace in &mut self.namespaces {
            if doomed.iter().any(|key| key == namespace.store.unique_key()) {
                namespace.script = NOT_RUNNING;
            }
        }
        let (tell, told) = mpsc::channel();
        for thread in directory.threads() {
            let (namespaces, tell) = (self.namespaces.clone(), tell.clone());
            let task = move |switch: &Switch| {
                if let Some(host) = switch.host() {
                    host.set_namespaces(namespaces);
                }
                // The main thread may have given up waiting.
                let _ = tell.send(());
            };
            directory.send(thread, Post::Task(Box::new(task)));
        }
        directory.threads().try_for_each(|_| told.recv_timeout(LOAD_MAX)).map_err(|_| {
            Problem::new("a thread is too busy to let go of the objects that a migration deletes")
                .help("nothing was deleted; save the configuration once more to try again")
        })
    }

    /// Whose turn it is, for people.
    pub(crate) fn describe(&self, turn: &Running) -> String {
        let script = self.list.get(turn.script as usize).map_or("a Worker", |worker| &worker.config.name);
        let object =
            turn.object.and_then(|(namespace, id)| Some((self.namespaces.get(namespace as usize)?, id)));
        match object {
            Some((namespace, id)) => {
                let id = holdfast_core::id::ObjectId::from_trusted_bytes(id);
                format!("object {id} of class {} in {script}", namespace.class)
            }
            None => format!("the Worker {script}"),
        }
    }

    pub(crate) fn namespaces(&self) -> &[Namespace] {
        &self.namespaces
    }

    /// The programs, by script number.
    pub(crate) fn programs(&self) -> Vec<Arc<Program>> {
        self.list.iter().map(|worker| worker.program.clone()).collect()
    }

    /// Every file whose change is a reason to load again.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        let own = self.list.iter().flat_map(|worker| worker.files.iter().chain(&worker.program.graph.files));
        own.chain(&self.failed_files).cloned().collect()
    }

    /// Loads again what `changed` belongs to. A program that does not load leaves the old one running.
    pub(crate) fn reload(
        &mut self,
        project: &Project,
        current: &Path,
        changed: &[PathBuf],
        store: &Store,
        directory: &Directory,
        report: &Report,
    ) {
        let begun = Instant::now();
        match self.try_reload(project, current, changed, store, directory, report) {
            Ok(()) => report.reloaded(changed, begun.elapsed()),
            Err(problems) => {
                for problem in &problems {
                    report.error(problem);
                }
                report.note("the program that was running goes on");
            }
        }
    }

    fn try_reload(
        &mut self,
        project: &Project,
        current: &Path,
        changed: &[PathBuf],
        store: &Store,
        directory: &Directory,
        report: &Report,
    ) -> Result<(), Vec<Problem>> {
        self.failed_files = changed.to_vec();
        let loaded = project.load(current).map_err(|error| vec![Problem::from(&*error)])?;
        if loaded.len() != self.list.len() {
            return Err(vec![Problem::new("the number of Workers changed: restart to run them")]);
        }
        let configs: Vec<&Config> = loaded.iter().map(|loaded| &loaded.config).collect();
        let names: Vec<String> = configs.iter().map(|config| config.name.clone()).collect();
        let mut sources = Vec::new();
        for (worker, loaded) in self.list.iter().zip(&loaded) {
            let is_touched = changed
                .iter()
                .any(|file| worker.files.contains(file) || worker.program.graph.files.contains(file));
            let is_same = worker.config == loaded.config && !changed.is_empty() && self.list.len() > 1;
            sources.push(if is_touched || !is_same { Some(read(loaded, report)?) } else { None });
        }
        self.number(&configs, store, Some(directory))?;
        for ((script, loaded), source) in (0..).zip(loaded).zip(sources) {
            let Some(source) = source else { continue };
            let program = source.program(&loaded.config, script, &names, &self.namespaces)?;
            install(directory, script, &program, &self.namespaces).map_err(|problem| vec![problem])?;
            self.list[script as usize] = Worker { config: loaded.config, files: loaded.files, program };
        }
        self.failed_files.clear();
        Ok(())
    }
}

/// What a Worker's files say.
struct Source {
    flags: Flags,
    graph: Graph,
}

/// Reads the modules of a Worker. All that can be found wrong without running it is found here, before a migration
/// deletes what cannot be brought back.
fn read(loaded: &Loaded, report: &Report) -> Result<Source, Vec<Problem>> {
    for warning in &loaded.warnings {
        report.warning(&Problem::from(warning));
    }
    let config = &loaded.config;
    let (flags, flag_warnings) = project::flags(config).map_err(|problem| vec![problem])?;
    let (graph, warnings) = project::load_graph(config, &flags)?;
    project::check_classes(config, &graph).map_err(|problem| vec![problem])?;
    for warning in flag_warnings.iter().chain(&warnings) {
        report.warning(warning);
    }
    Ok(Source { flags, graph })
}

impl Source {
    fn program(
        self,
        config: &Config,
        script: u32,
        names: &[String],
        namespaces: &[Namespace],
    ) -> Result<Arc<Program>, Vec<Problem>> {
        project::program(config, script, names, namespaces, self.graph, self.flags)
            .map_err(|problem| vec![problem])
    }
}

/// Makes every thread run `program`: first the one of stateless Workers, and the others if it loads there.
fn install(
    directory: &Directory,
    script: u32,
    program: &Arc<Program>,
    namespaces: &[Namespace],
) -> Result<(), Problem> {
    let (tell, outcome) = mpsc::channel();
    let task = || {
        let (program, namespaces, tell) = (program.clone(), namespaces.to_vec(), tell.clone());
        Post::Task(Box::new(move |switch| {
            let Some(host) = switch.host() else { return };
            host.set_namespaces(namespaces);
            let loaded = host.load(script, &program).map_err(|error| error.message);
            // The main thread may have given up waiting.
            let _ = tell.send(loaded);
        }))
    };
    let wait = || match outcome.recv_timeout(LOAD_MAX) {
        Ok(Ok(())) => Ok(()),
        Ok(Err(message)) => Err(thrown(&message)),
        Err(_) => Err(Problem::new("a thread is too busy to load the program")),
    };
    let first = directory.worker_thread();
    directory.send(first, task());
    wait()?;
    let others: Vec<_> = directory.threads().filter(|thread| *thread != first).collect();
    for thread in &others {
        directory.send(*thread, task());
    }
    others.iter().try_for_each(|_| wait())
}
