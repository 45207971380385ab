//! The alarms of this thread's objects that are due: from the moment one is taken from the store's index until it is
//! known for sure that it is over.
//!
//! ```text
//!   index ──due──► Delivered ──start──► Running ──end──► Ending ──durable──► forgotten
//!                     ▲  └─ deleted or moved ──────────────▲ │
//!                     │                 │                    │ the commit failed
//!                     └──── Waiting ◄───┴─── to be retried ──┘
//! ```
//!
//! An alarm in `Ending` is over once what its object wrote is durable, which the index shows. Until then a reset may
//! undo it. What is not due costs nothing here: the index has it.

use holdfast_core::alarm::{Alarm, Invocation, Next, Outcome, Time};
use holdfast_core::id::ObjectId;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::time::{SystemTime, UNIX_EPOCH};

/// The time by the clock that alarms go by.
pub(crate) fn now() -> Time {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_nanos()).map_or(Time::MAX, Time::from_nanoseconds)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// It is tried again later.
    Waiting,
    /// Its event is on the way to the object, or waits in its gate.
    Delivered,
    /// The handler runs; the number tells this run from others.
    Running(u32),
    /// It is over when what is stored is durable.
    Ending,
}

#[derive(Debug)]
struct Active {
    namespace: u32,
    alarm: Alarm,
    stage: Stage,
    /// An alarm that became due while this one ran.
    next: Option<Time>,
    /// What a reset of the object means for the alarm that runs.
    reset: Outcome,
    /// How the last run ended.
    outcome: Outcome,
}

impl Active {
    fn new(namespace: u32, due: Time) -> Active {
        Active {
            namespace,
            alarm: Alarm::new(due),
            stage: Stage::Delivered,
            next: None,
            reset: Outcome::Failed,
            outcome: Outcome::Interrupted,
        }
    }
}

/// What the host is to do about an alarm that ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ended {
    pub(crate) next: Next,
    /// Another alarm became due meanwhile: its event is to be delivered.
    pub(crate) deliver: bool,
}

/// The alarms that are due.
#[derive(Debug, Default)]
pub(crate) struct Alarms {
    active: HashMap<ObjectId, Active>,
    /// When those that wait are tried again. One that is out of date is found to be so when it is due.
    retries: BinaryHeap<Reverse<(Time, ObjectId)>>,
    ending: Vec<ObjectId>,
    /// Alarms of namespaces no running program has.
    homeless: Vec<ObjectId>,
    last_run: u32,
}

impl Alarms {
    /// An alarm was taken from the index. True when an event is to be delivered for it.
    pub(crate) fn due(&mut self, namespace: u32, id: ObjectId, due: Time) -> bool {
        let Some(active) = self.active.get_mut(&id) else {
            self.active.insert(id, Active::new(namespace, due));
            return true;
        };
        match active.stage {
            Stage::Running(_) => {
                active.next = Some(due);
                return false;
            }
            Stage::Delivered => {
                active.alarm = Alarm::new(due);
                return false;
            }
            Stage::Waiting | Stage::Ending => *active = Active::new(namespace, due),
        }
        true
    }

    /// An alarm was taken from the index, and nobody here can run it.
    pub(crate) fn keep_homeless(&mut self, id: ObjectId) {
        self.homeless.push(id);
    }

    /// The alarms that were kept because no running program had their namespace.
    pub(crate) fn take_homeless(&mut self) -> Vec<ObjectId> {
        std::mem::take(&mut self.homeless)
    }

    /// An alarm that is to be tried again now, with its namespace: an event is to be delivered for it.
    pub(crate) fn next_retry(&mut self, now: Time) -> Option<(u32, ObjectId)> {
        while self.retries.peek().is_some_and(|Reverse((due, _))| *due <= now) {
            let Reverse((due, id)) = self.retries.pop()?;
            if let Some(active) = self.active.get_mut(&id)
                && active.stage == Stage::Waiting
                && active.alarm.due() == Some(due)
            {
                active.stage = Stage::Delivered;
                return Some((active.namespace, id));
            }
        }
        None
    }

    /// When the next one is to be tried again.
    pub(crate) fn earliest_retry(&self) -> Time {
        self.retries.peek().map_or(Time::MAX, |Reverse((due, _))| *due)
    }

    /// The event of an alarm has reached its object. Answers the number of the run and what the handler is told;
    /// `None` when the alarm was deleted or moved on the way.
    pub(crate) fn start(&mut self, id: ObjectId, stored: Option<Time>) -> Option<(u32, Invocation)> {
        let active = self.active.get_mut(&id).filter(|active| active.stage == Stage::Delivered)?;
        let Some(invocation) = active.alarm.start(stored) else {
            active.stage = Stage::Ending;
            self.ending.push(id);
            return None;
        };
        self.last_run = self.last_run.wrapping_add(1);
        active.stage = Stage::Running(self.last_run);
        active.reset = Outcome::Failed;
        Some((self.last_run, invocation))
    }

    /// When the alarm that an object is running was due.
    pub(crate) fn running(&self, id: &ObjectId) -> Option<Time> {
        let active = self.active.get(id)?;
        matches!(active.stage, Stage::Running(_)).then(|| active.alarm.scheduled())
    }

    /// Whether this run has not ended.
    pub(crate) fn is_running(&self, id: &ObjectId, run: u32) -> bool {
        self.active.get(id).is_some_and(|active| active.stage == Stage::Running(run))
    }

    /// Whether a reset of the object would concern an alarm.
    pub(crate) fn is_under_way(&self, id: &ObjectId) -> bool {
        let stage = self.active.get(id).map(|active| active.stage);
        matches!(stage, Some(Stage::Running(_) | Stage::Ending))
    }

    /// The alarm whose event is on the way to its object.
    pub(crate) fn delivered(&self, id: &ObjectId) -> Option<Time> {
        let active = self.active.get(id)?;
        (active.stage == Stage::Delivered).then(|| active.alarm.scheduled())
    }

    /// Says what the coming reset of an object means for its alarm, if one runs.
    pub(crate) fn expect_reset(&mut self, id: &ObjectId, outcome: Outcome) {
        if let Some(active) = self.active.get_mut(id) {
            active.reset = outcome;
        }
    }

    /// What was said the reset of an object means for its alarm.
    pub(crate) fn reset_outcome(&self, id: &ObjectId) -> Outcome {
        match self.active.get(id) {
            // The handler had ended; only its writes are lost.
            Some(Active { stage: Stage::Ending, .. }) | None => Outcome::Interrupted,
            Some(active) => active.reset,
        }
    }

    /// How the alarm of an object ended whose end may still be undone.
    pub(crate) fn ending(&self, id: &ObjectId) -> Option<Outcome> {
        let active = self.active.get(id)?;
        (active.stage == Stage::Ending).then_some(active.outcome)
    }

    /// A run, or the attempt to start one, has ended. `stored` is the alarm as the object's data has it now.
    pub(crate) fn end(
        &mut self,
        id: ObjectId,
        outcome: Outcome,
        stored: Option<Time>,
        now: Time,
        random: u32,
    ) -> Option<Ended> {
        let active = self.active.get_mut(&id)?;
        let next = active.alarm.end(outcome, stored, now, random);
        active.outcome = outcome;
        if let Next::Retry(due) = next {
            active.stage = Stage::Waiting;
            self.retries.push(Reverse((due, id)));
            return Some(Ended { next, deliver: false });
        }
        if let Some(due) = active.next.take() {
            *active = Active::new(active.namespace, due);
            return Some(Ended { next, deliver: true });
        }
        active.stage = Stage::Ending;
        self.ending.push(id);
        Some(Ended { next, deliver: false })
    }

    /// Forgets those whose end is durable: `indexed` answers what the index has for an object.
    pub(crate) fn settle(&mut self, indexed: impl Fn(&ObjectId) -> Option<Time>) {
        let active = &mut self.active;
        self.ending.retain(|id| match active.get(id) {
            Some(ending) if ending.stage == Stage::Ending => {
                let is_open = indexed(id) == Some(ending.alarm.scheduled());
                if !is_open {
                    active.remove(id);
                }
                is_open
            }
            _ => false,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: ObjectId = ObjectId::from_trusted_bytes([1; 32]);
    const T: Time = Time::from_ms(1_000_000);
    const LATER: Time = Time::from_ms(1_000_050);

    fn started() -> (Alarms, u32) {
        let mut alarms = Alarms::default();
        assert!(alarms.due(3, ID, T));
        let (run, invocation) = alarms.start(ID, Some(T)).unwrap();
        assert_eq!((invocation.scheduled, invocation.retry_count), (T, 0));
        (alarms, run)
    }

    fn end(alarms: &mut Alarms, outcome: Outcome, stored: Option<Time>) -> Ended {
        alarms.end(ID, outcome, stored, T, 0).unwrap()
    }

    #[test]
    fn an_alarm_is_forgotten_once_its_end_is_durable() {
        let (mut alarms, run) = started();
        assert_eq!((alarms.running(&ID), alarms.is_running(&ID, run)), (Some(T), true));
        assert_eq!(end(&mut alarms, Outcome::Done, Some(T)), Ended { next: Next::Delete, deliver: false });
        assert_eq!((alarms.running(&ID), alarms.is_running(&ID, run)), (None, false));
        alarms.settle(|_| Some(T));
        assert!(alarms.is_under_way(&ID));
        alarms.settle(|_| None);
        assert!(alarms.active.is_empty() && alarms.ending.is_empty());
    }

    #[test]
    fn an_end_that_was_undone_is_tried_again() {
        for (outcome, stored) in
            [(Outcome::Done, Some(T)), (Outcome::Done, Some(LATER)), (Outcome::Failed, None)]
        {
            let (mut alarms, _) = started();
            end(&mut alarms, outcome, stored);
            // The writes of the turn are undone.
            let outcome = alarms.reset_outcome(&ID);
            assert_eq!(outcome, Outcome::Interrupted);
            let Next::Retry(due) = end(&mut alarms, outcome, Some(T)).next else { panic!("it is retried") };
            alarms.settle(|_| Some(T));
            assert_eq!(alarms.next_retry(due), Some((3, ID)));
            assert!(alarms.start(ID, Some(T)).is_some());
        }
    }

    #[test]
    fn an_end_that_a_transaction_took_back_is_decided_again() {
        let (mut alarms, _) = started();
        assert_eq!(alarms.ending(&ID), None);
        end(&mut alarms, Outcome::Done, Some(T));
        assert_eq!(alarms.ending(&ID), Some(Outcome::Done));
        assert_eq!(end(&mut alarms, Outcome::Done, Some(T)).next, Next::Delete);
        let (mut alarms, _) = started();
        end(&mut alarms, Outcome::Failed, Some(LATER));
        let outcome = alarms.ending(&ID).unwrap();
        assert!(matches!(end(&mut alarms, outcome, Some(T)).next, Next::Retry(_)));
    }

    #[test]
    fn a_retry_is_delivered_when_it_is_due_and_once() {
        let (mut alarms, first) = started();
        let Next::Retry(due) = end(&mut alarms, Outcome::Failed, Some(T)).next else {
            panic!("it is retried")
        };
        assert_eq!(alarms.earliest_retry(), due);
        assert_eq!(alarms.next_retry(T), None);
        assert_eq!(alarms.next_retry(due), Some((3, ID)));
        assert_eq!((alarms.next_retry(Time::MAX), alarms.earliest_retry()), (None, Time::MAX));
        let (second, invocation) = alarms.start(ID, Some(T)).unwrap();
        assert_eq!(invocation.retry_count, 1);
        assert!(!alarms.is_running(&ID, first) && alarms.is_running(&ID, second));
    }

    #[test]
    fn a_new_alarm_takes_the_place_of_a_retry() {
        let (mut alarms, _) = started();
        end(&mut alarms, Outcome::Failed, Some(T));
        assert!(alarms.due(3, ID, LATER));
        assert_eq!(alarms.next_retry(Time::MAX), None, "the retry is out of date");
        let (_, invocation) = alarms.start(ID, Some(LATER)).unwrap();
        assert_eq!((invocation.scheduled, invocation.retry_count), (LATER, 0));
    }

    #[test]
    fn an_alarm_that_is_due_while_another_runs_follows_it() {
        for outcome in [Outcome::Done, Outcome::Failed, Outcome::Aborted] {
            let (mut alarms, _) = started();
            assert!(!alarms.due(3, ID, LATER));
            assert_eq!(alarms.running(&ID), Some(T));
            let ended = end(&mut alarms, outcome, Some(LATER));
            assert_eq!(ended, Ended { next: Next::Superseded, deliver: true });
            assert_eq!(alarms.start(ID, Some(LATER)).unwrap().1.scheduled, LATER);
        }
    }

    #[test]
    fn one_that_moved_on_its_way_to_the_object_does_not_start() {
        let mut alarms = Alarms::default();
        alarms.due(3, ID, T);
        assert!(!alarms.due(3, ID, LATER), "there is an event under way");
        assert!(alarms.start(ID, Some(LATER)).is_some());
        let mut alarms = Alarms::default();
        alarms.due(3, ID, T);
        assert_eq!(alarms.start(ID, None), None);
        assert_eq!(alarms.start(ID, Some(T)), None, "it has ended");
        alarms.settle(|_| Some(LATER));
        assert!(alarms.active.is_empty());
    }

    #[test]
    fn a_reset_counts_as_a_failure_unless_it_was_said_to_be_something_else() {
        let (mut alarms, _) = started();
        assert_eq!(alarms.reset_outcome(&ID), Outcome::Failed);
        alarms.expect_reset(&ID, Outcome::Aborted);
        assert_eq!(alarms.reset_outcome(&ID), Outcome::Aborted);
        assert_eq!(end(&mut alarms, Outcome::Aborted, Some(T)).next, Next::Delete);
    }
}
