//! Crashes against a model: whatever happens to the disk, an object is as it was after one of its commits, none that
//! was acknowledged is missing, and a commit that failed does not come back.
//!
//! Everything follows from a seed, which a failure names. The journal's work is done in steps between the operations,
//! on a disk that fails, forgets and tears. `HOLDFAST_SEED` runs one seed, `HOLDFAST_SEEDS` another number of them.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use holdfast_core::{
    alarm::Time,
    key_value::{Backend, ListOptions},
};

use crate::{
    Alarm, Commit, Connections, Fault, Limits, Namespace, Object, Options, Random, SimulatedDisk, Store,
    Work, journal::Twin,
};

const OBJECTS: usize = 6;
const ROOT: &str = "/state";

/// What an object has stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct State {
    keys: BTreeMap<String, Vec<u8>>,
    alarm: Option<Time>,
}

/// What an object may be found to have stored.
#[derive(Debug)]
struct Model {
    /// Its commits that were not taken back; the first is acknowledged.
    commits: Vec<(Option<Commit>, State)>,
    now: State,
    /// Commits that failed. They may be there after a crash, but not once the object was seen without them.
    doubtful: Vec<State>,
}

/// One life of the machine.
struct Life {
    store: Store,
    connections: Connections,
    objects: Vec<Object>,
}

struct Round {
    random: Random,
    disk: SimulatedDisk,
    twin: Twin,
    models: Vec<Model>,
    is_failing: bool,
    acknowledged: usize,
}

impl Life {
    fn begin(disk: &SimulatedDisk, twin: Twin) -> crate::Result<(Self, Namespace)> {
        let options = Options {
            open_databases_per_thread_max: 3,
            work: Work::Steps,
            journal: Limits {
                segment_bytes: 32 << 10,
                journal_bytes_max: 160 << 10,
                waiting_bytes_max: 96 << 10,
                unwritten_bytes_max: 64 << 10,
                twin,
            },
            history: Some(crate::HistoryLimits { file_bytes: 32 << 10, ..crate::HistoryLimits::default() }),
            ..Options::default()
        };
        let store = Store::open_on(Arc::new(disk.clone()), Path::new(ROOT), options, Vec::new())?;
        let namespace = store.namespace("chat", "Room", Backend::Sqlite)?;
        let connections = store.connections(Arc::new(|| {}));
        let objects = (0..OBJECTS)
            .map(|number| connections.object(&namespace, namespace.ids().id_from_name(&number.to_string())))
            .collect();
        Ok((Self { store, connections, objects }, namespace))
    }
}

fn stored(object: &Object) -> crate::Result<State> {
    let range = ListOptions::default().range().unwrap().unwrap();
    Ok(State { keys: object.list(&range)?.into_iter().collect(), alarm: object.alarm()? })
}

impl State {
    fn brief(&self) -> String {
        let keys: Vec<String> = self
            .keys
            .iter()
            .map(|(key, value)| format!("{key}={:?}*{}", value.first(), value.len()))
            .collect();
        format!("{} alarm {:?}", keys.join(" "), self.alarm.map(Time::to_ms))
    }
}

impl Round {
    fn new(seed: u64, twin: Twin) -> Self {
        let model =
            || Model { commits: vec![(None, State::default())], now: State::default(), doubtful: Vec::new() };
        Self {
            random: Random::new(seed),
            disk: SimulatedDisk::new(seed),
            twin,
            models: (0..OBJECTS).map(|_| model()).collect(),
            is_failing: false,
            acknowledged: 0,
        }
    }

    /// Runs some lives, each ended by a power cut.
    fn run(&mut self) -> Result<(), String> {
        for _ in 0..3 {
            let (life, _namespace) = self.begin()?;
            self.check_found(&life)?;
            for _ in 0..self.random.below(120) {
                self.step(&life)?;
            }
            self.take_completed(&life);
            self.disk = self.disk.power_cut();
            self.is_failing = false;
        }
        let (life, _namespace) = self.begin()?;
        self.check_found(&life)?;
        // A clean stop leaves whole files and nothing else.
        life.connections.close_all().map_err(|error| error.to_string())?;
        let (life, _namespace) = {
            drop(life);
            self.begin()?
        };
        let records = life.store.recovered().records;
        if records == 0 {
            self.check_found(&life)
        } else {
            Err(format!("{records} records after a clean stop"))
        }
    }

    /// Starts the machine. Now and then it fails while it recovers, or loses power, and starts again.
    fn begin(&mut self) -> Result<(Life, Namespace), String> {
        for _ in 0..self.random.below(3) {
            self.disk.fail_after(self.random.below(40) as u64, Fault::Broken);
            drop(Life::begin(&self.disk, self.twin));
            self.disk = self.disk.power_cut();
        }
        let life = Life::begin(&self.disk, self.twin).map_err(|error| error.to_string())?;
        match &life.0.store.recovered().stopped_at {
            None => Ok(life),
            Some(place) => Err(format!("damage that never was: {place}")),
        }
    }

    /// After a start, each object is as after one of its commits, the last that was acknowledged or a later one.
    fn check_found(&mut self, life: &Life) -> Result<(), String> {
        for (number, (object, model)) in life.objects.iter().zip(&mut self.models).enumerate() {
            let found = stored(object).map_err(|error| format!("object {number}: {error}"))?;
            let may_be = model.commits.iter().map(|(_, state)| state).chain(&model.doubtful);
            let Some(state) = may_be.clone().find(|state| **state == found) else {
                let may_be: Vec<String> = may_be.map(State::brief).collect();
                let found = found.brief();
                return Err(format!("object {number} is {found}, which is none of {may_be:#?}"));
            };
            let alarm = life.store.alarms().due(&object.id());
            if alarm != state.alarm {
                return Err(format!("object {number} is woken at {alarm:?}, not {:?}", state.alarm));
            }
            model.now = found.clone();
            model.commits = vec![(None, found)];
            model.doubtful.clear();
        }
        Ok(())
    }

    fn step(&mut self, life: &Life) -> Result<(), String> {
        let journal = life.store.journal();
        match self.random.below(40) {
            0 if !self.is_failing => {
                let fault = self.random.one(&[Fault::Full, Fault::Broken, Fault::Dead]);
                self.disk.fail_after(self.random.below(12) as u64, fault);
                self.is_failing = true;
            }
            1 | 2 => {
                self.disk.heal();
                self.is_failing = false;
            }
            3..8 => {
                journal.write_waiting();
            }
            8..10 => {
                journal.checkpoint_waiting();
            }
            // What it cannot do it says again, or recovery does it.
            10 => drop(journal.checkpoint()),
            11..15 => self.take_completed(life),
            15 => life.connections.maintain(),
            _ => {
                let number = self.random.below(OBJECTS);
                self.act(life, number)?;
            }
        }
        Ok(())
    }

    /// Does something with an object. What fails is undone, as a host does it.
    fn act(&mut self, life: &Life, number: usize) -> Result<(), String> {
        let object = &life.objects[number];
        let key = format!("key {}", self.random.below(8));
        let what = self.random.below(16);
        if what == 8 {
            // A host that resets an object has taken what was completed.
            self.take_completed(life);
        }
        let model = &mut self.models[number];
        let mut is_seen = true;
        let done = match what {
            0..5 => {
                let len = self.random.one(&[1, 30, 300, 9_000, 40_000]);
                let value = vec![u8::try_from(self.random.below(256)).unwrap(); len];
                object.put(&key, &value).map(|()| {
                    model.now.keys.insert(key, value);
                })
            }
            5 => object.delete(&key).map(|_| {
                model.now.keys.remove(&key);
            }),
            6 => {
                let due = Time::from_ms(i64::try_from(self.random.below(1000)).unwrap());
                object.set_alarm(due).map(|()| model.now.alarm = Some(due))
            }
            7 => object.delete_alarm().map(|()| model.now.alarm = None),
            8 if self.random.below(4) == 0 => {
                object.delete_all(Alarm::Delete).map(|_| model.now = State::default())
            }
            8 => {
                object.rollback();
                model.now = model.commits.last().expect("there is always one").1.clone();
                is_seen = false;
                Ok(())
            }
            9 if !object.is_dirty() && object.is_open() => {
                let done = shorten(object, model);
                if done.is_err() {
                    object.break_off("shorten");
                }
                done
            }
            10 => match stored(object) {
                Ok(found) if found == model.now => Ok(()),
                Ok(_) => return Err(format!("object {number} is not what was written to it")),
                Err(error) => Err(error),
            },
            _ => {
                is_seen = false;
                commit(object, model)
            }
        };
        if done.is_ok() && is_seen {
            self.models[number].doubtful.clear();
        }
        if done.is_err() {
            self.take_completed(life);
            object.rollback();
            let model = &mut self.models[number];
            model.now = model.commits.last().expect("there is always one").1.clone();
        }
        Ok(())
    }

    fn take_completed(&mut self, life: &Life) {
        let Self { models, acknowledged, .. } = self;
        life.connections.completed(&mut |completed| {
            let number = life.objects.iter().position(|object| object.id() == completed.id).unwrap();
            let model = &mut models[number];
            let at = model.commits.iter().position(|(commit, _)| *commit == Some(completed.commit));
            match (completed.outcome, at) {
                (Ok(()), at) => {
                    *acknowledged += 1;
                    model.commits.drain(..at.expect("a commit is told once"));
                }
                (Err(_), Some(at)) => {
                    model.doubtful.extend(model.commits.drain(at..).map(|(_, state)| state));
                    model.now = model.commits.last().expect("the first is not taken back").1.clone();
                    life.objects[number].rollback();
                }
                (Err(_), None) => {}
            }
        });
    }
}

fn commit(object: &Object, model: &mut Model) -> crate::Result<()> {
    if let Some(commit) = object.commit()? {
        model.commits.push((Some(commit), model.now.clone()));
    }
    Ok(())
}

/// Makes the file shorter. That is no transaction of ours, so it is committed with the next one, or not at all.
fn shorten(object: &Object, model: &mut Model) -> crate::Result<()> {
    object.write_outside_transactions();
    let vacuum = object.with_database(|database| {
        let limit = rusqlite::limits::Limit::SQLITE_LIMIT_ATTACHED;
        let before = database.connection.set_limit(limit, 1)?;
        let vacuum = database.connection.execute_batch("VACUUM");
        database.connection.set_limit(limit, before)?;
        vacuum
    });
    vacuum.map_err(|error| crate::Error::sqlite(&error, "vacuum"))?;
    object.put("v", b"")?;
    model.now.keys.insert("v".to_owned(), Vec::new());
    commit(object, model)
}

/// Runs seeds until one shows a mistake, and says which.
fn run(seeds: std::ops::Range<u64>, twin: Twin) -> Result<usize, String> {
    let mut acknowledged = 0;
    for seed in seeds {
        let mut round = Round::new(seed, twin);
        round.run().map_err(|mistake| format!("seed {seed}: {mistake}"))?;
        acknowledged += round.acknowledged;
    }
    Ok(acknowledged)
}

fn from_environment(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn nothing_acknowledged_is_lost_and_nothing_refused_comes_back() {
    let seeds = match from_environment("HOLDFAST_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..from_environment("HOLDFAST_SEEDS").unwrap_or(300),
    };
    let acknowledged = run(seeds, Twin::Right).unwrap();
    assert!(acknowledged > 0);
}

#[test]
#[ignore = "takes a minute"]
fn nothing_acknowledged_is_lost_in_thousands_of_crashes() {
    run(1000..from_environment("HOLDFAST_SEEDS").unwrap_or(4000), Twin::Right).unwrap();
}

#[test]
fn a_journal_that_acknowledges_before_its_sync_is_caught() {
    run(0..100, Twin::AcknowledgesBeforeSync).unwrap_err();
}

#[test]
fn a_journal_that_skips_a_page_is_caught() {
    run(0..100, Twin::SkipsAPage).unwrap_err();
}
