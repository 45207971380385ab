//! From the flags that choose a project to its configurations.

use std::path::Path;

use holdfast_config::{Config, Diagnostic, Error, LoadOptions, Loaded, find, load, load_script};

use super::Project;

impl Project {
    /// The Workers to run; the first one answers. There is at least one.
    ///
    /// The environment counts for all of them, everything else on the command line for the first.
    pub(crate) fn load(&self, folder: &Path) -> Result<Vec<Loaded>, Error> {
        let first = LoadOptions {
            environment: self.env.clone().filter(|name| !name.is_empty()),
            vars: self.var.clone(),
            main: self.script.as_ref().map(|script| folder.join(script)),
            name: self.name.clone(),
            compatibility_date: self.compatibility_date.clone(),
            compatibility_flags: self.compatibility_flags.clone(),
            define: self.define.clone(),
            alias: self.alias.clone(),
        };
        let others = LoadOptions { environment: first.environment.clone(), ..LoadOptions::default() };
        let Some((config, rest)) = self.config.split_first() else {
            // A script belongs to the configuration around it; without one it is all there is.
            let beside = first.main.as_ref().and_then(|script| script.parent()).unwrap_or(folder);
            return match (find(beside), &first.main) {
                (Ok(config), _) => Ok(vec![load(&config, &first)?]),
                (Err(_), Some(script)) => Ok(vec![load_script(script, &first)?]),
                (Err(error), None) => Err(error),
            };
        };
        let mut workers = vec![load(&folder.join(config), &first)?];
        for config in rest {
            let worker = load(&folder.join(config), &others)?;
            if let Some(other) = workers.iter().find(|other| other.config.name == worker.config.name) {
                return Err(collision(&other.config, &worker.config));
            }
            workers.push(worker);
        }
        Ok(workers)
    }
}

fn collision(one: &Config, other: &Config) -> Error {
    Error::from(Diagnostic {
        message: format!("the name \"{}\" is that of {} too", other.name, one.path.display()),
        file: Some(other.path.clone()),
        place: None,
        help: Some("Workers that run together need names of their own".to_owned()),
    })
}
