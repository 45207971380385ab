//! What a program uses of what it may: processor time of one event over all its turns, and memory of one isolate.
//!
//! The engine asks every [`SLICE`] whether the program may go on, also between microtasks. Its heap is looked at then and
//! after collections, but not always: a look walks the heap. One comes when the last was so long ago that looking stays
//! a small share of the time, or, earlier, when the process has grown by a part of the limit, and at once when it has grown
//! by as much as the limit; between turns only where the process holds as much at all. What is found too large is
//! collected before it is believed. So a program takes about twice its limit before it is looked at, and what it takes
//! until the engine can be interrupted.

use crate::table::Handle;
use holdfast_engine::{Verdict, Vm, WeakContext, processor_time, set_deadline};
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

/// How often a program that does not pause is looked at.
const SLICE: Duration = Duration::from_millis(10);

/// What looks may cost: one part in this many of the time, while a program does not return, and otherwise.
const SHARE_RUNNING: u32 = 20;
const SHARE: u32 = 100;

/// So many times more where the heap was found half as large as it may be.
const NEAR: u32 = 5;

/// The share when the process has grown.
const SHARE_GROWN: u32 = 3;

/// What a look is taken to cost at least.
const COST_MIN: Duration = Duration::from_millis(2);

/// Growth of the process by this part of the limit is a reason to look.
const GROWTH_PART: usize = 4;

/// How much processor time passes between two questions whether a look is due by now: each may read a file of the system's.
const ASK: Duration = Duration::from_millis(4);

/// What was exceeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exceeded {
    ProcessorTime,
    Memory,
}

/// Of one isolate.
pub(crate) struct Meter {
    pub(crate) processor_time_max: Duration,
    /// Processor time when this turn began; None between turns.
    began: Cell<Option<Duration>>,
    /// What the event used in earlier turns.
    spent: Cell<Duration>,
    /// What this turn used, when it is over; and the turn before.
    latest: Cell<Duration>,
    previous: Cell<Duration>,
    /// The answer that the event owes.
    answer: Cell<Option<Handle>>,
    /// What runs is no turn: the engine does what it put off.
    is_own: Cell<bool>,
    heap: Heap,
    exceeded: Cell<Option<Exceeded>>,
}

impl Meter {
    /// Starts to watch over an engine.
    pub(crate) fn watch(
        vm: &Vm,
        context: WeakContext,
        processor_time_max: Duration,
        heap: Heap,
    ) -> Rc<Meter> {
        let meter = Rc::new(Meter {
            processor_time_max,
            began: Cell::default(),
            spent: Cell::default(),
            latest: Cell::default(),
            previous: Cell::default(),
            answer: Cell::default(),
            is_own: Cell::default(),
            heap,
            exceeded: Cell::default(),
        });
        let own = Rc::clone(&meter);
        vm.on_collection(move || own.collected());
        let own = Rc::clone(&meter);
        let slice = SLICE.min(processor_time_max);
        vm.set_time_limit(slice, move || match context.upgrade() {
            Some(context) => own.judge(&context.vm(), slice),
            None => Verdict::Stop,
        });
        meter
    }

    /// A turn of a new event begins.
    pub(crate) fn begin(&self, answer: Option<Handle>) {
        self.previous.set(self.latest.take());
        self.is_own.set(false);
        self.answer.set(answer);
        self.spent.set(Duration::ZERO);
        self.began.set(Some(processor_time()));
        self.set_deadline();
    }

    /// The engine does on its own what it put off, perhaps for another isolate. That may use as much as an event, and
    /// no event pays.
    pub(crate) fn go_on(&self) {
        self.is_own.set(true);
        self.spent.set(Duration::ZERO);
        self.began.set(Some(processor_time()));
        self.set_deadline();
    }

    /// Whether there is a turn.
    pub(crate) fn is_running(&self) -> bool {
        self.began.get().is_some() && !self.is_own.get()
    }

    /// It turned out that this turn continues an event that has used `spent`, and owes `answer`.
    pub(crate) fn continues(&self, spent: Duration, answer: Option<Handle>) {
        self.spent.set(spent);
        self.answer.set(answer);
        self.set_deadline();
    }

    /// The turn is over. What it exceeded is for [`Meter::take_exceeded`].
    pub(crate) fn end(&self, vm: &Vm) {
        set_deadline(None);
        let Some(began) = self.began.take() else { return };
        let mut is_late = false;
        if !self.is_own.get() {
            let used = processor_time().saturating_sub(began);
            self.latest.set(self.latest.get() + used);
            is_late = self.spent.get() + used >= self.processor_time_max;
        }
        if (vm.take_stopped() || is_late) && self.exceeded.get().is_none() {
            self.exceeded.set(Some(Exceeded::ProcessorTime));
        }
        if (self.heap.is_wanted.take() || self.heap.is_due_by_now()) && self.heap.is_over(vm) {
            self.exceeded.set(Some(Exceeded::Memory));
        }
    }

    /// What was exceeded since the last time.
    pub(crate) fn take_exceeded(&self) -> Option<Exceeded> {
        self.exceeded.take()
    }

    /// Whether a program was ended, or should have been, for the time it used.
    pub(crate) fn is_stopped(&self) -> bool {
        self.exceeded.get() == Some(Exceeded::ProcessorTime)
    }

    /// What the turn before this one used.
    pub(crate) fn previous(&self) -> Duration {
        self.previous.get()
    }

    /// The answer that the event of the latest turn owes.
    pub(crate) fn answer(&self) -> Option<Handle> {
        self.answer.get()
    }

    fn deadline(&self) -> Option<Duration> {
        let left = self.processor_time_max.saturating_sub(self.spent.get());
        Some(self.began.get()?.saturating_add(left))
    }

    fn set_deadline(&self) {
        set_deadline(self.deadline());
    }

    /// Whether the event has used up its processor time.
    pub(crate) fn is_over(&self) -> bool {
        self.deadline().is_some_and(|deadline| processor_time() >= deadline)
    }

    /// Whether the program that is paused may go on.
    fn judge(&self, vm: &Vm, slice: Duration) -> Verdict {
        if self.deadline().is_none() {
            return Verdict::Extend(slice);
        }
        if (self.heap.is_wanted.take() || self.heap.is_due(SHARE_RUNNING)) && self.heap.is_over(vm) {
            self.exceeded.set(Some(Exceeded::Memory));
            return Verdict::Stop;
        }
        if self.is_over() {
            self.exceeded.set(Some(Exceeded::ProcessorTime));
            return Verdict::Stop;
        }
        self.set_deadline();
        Verdict::Extend(slice)
    }

    /// Garbage was collected. The heap cannot be looked at here, in the collector, so it is as soon as possible.
    fn collected(&self) {
        self.heap.is_unseen.set(true);
        if self.heap.is_due(SHARE) && self.heap.may_be_over() {
            self.heap.is_wanted.set(true);
            if self.began.get().is_some() {
                set_deadline(Some(Duration::ZERO));
            }
        }
    }
}

/// The memory of one isolate.
pub(crate) struct Heap {
    bytes_max: usize,
    /// Bytes of what the turn wants to leave: they are in Rust's memory, and the program's doing.
    outgoing: Rc<Cell<usize>>,
    /// The thread's processor time after the latest look: on a busy machine the time on the wall says little.
    looked_at: Cell<Duration>,
    /// What the latest look cost, and what it found.
    cost: Cell<Duration>,
    bytes: Cell<usize>,
    /// What the process had in memory at the latest collection that a look asked for, or less, if it was less since.
    resident: Cell<usize>,
    is_wanted: Cell<bool>,
    /// A collection came too soon after the latest look, and the next one may be long in coming.
    is_unseen: Cell<bool>,
    /// When it was last asked whether that is over.
    asked_at: Cell<Duration>,
}

impl Heap {
    pub(crate) fn new(bytes_max: usize, outgoing: Rc<Cell<usize>>) -> Heap {
        Heap {
            bytes_max,
            outgoing,
            looked_at: Cell::new(processor_time()),
            cost: Cell::default(),
            bytes: Cell::default(),
            resident: Cell::new(resident_bytes().unwrap_or_default()),
            is_wanted: Cell::default(),
            is_unseen: Cell::default(),
            asked_at: Cell::default(),
        }
    }

    /// Whether it is time to look, when looks may cost one part in `share`.
    fn is_due(&self, share: u32) -> bool {
        let since = processor_time().saturating_sub(self.looked_at.get());
        let cost = self.cost.get().max(COST_MIN);
        let share = if self.bytes.get() > self.bytes_max / 2 { share / NEAR } else { share };
        if since >= cost * share {
            return true;
        }
        let grown = self.grown_bytes();
        grown > self.bytes_max || (since >= cost * SHARE_GROWN && grown > self.bytes_max / GROWTH_PART)
    }

    /// Whether it is time for the look that a collection came too soon for, or for one because the process has grown by as
    /// much as this isolate may hold. Asked at the end of each turn, so seldom answered.
    fn is_due_by_now(&self) -> bool {
        let now = processor_time();
        if now.saturating_sub(self.asked_at.get()) < ASK {
            return false;
        }
        self.asked_at.set(now);
        let is_due =
            if self.is_unseen.get() { self.is_due(SHARE) } else { self.grown_bytes() > self.bytes_max };
        is_due && self.may_be_over()
    }

    /// Whether the whole process holds as much as this isolate may. A look is not worth its time otherwise; a program
    /// that does not return is looked at all the same, for what it takes may not be in memory yet.
    fn may_be_over(&self) -> bool {
        let may_be = resident_bytes().is_none_or(|resident| resident > self.bytes_max);
        if !may_be {
            // Not at every collection.
            self.looked_at.set(processor_time());
            self.is_unseen.set(false);
        }
        may_be
    }

    /// By how much the process has grown. Other threads make it grow too; then a look was for nothing.
    fn grown_bytes(&self) -> usize {
        let Some(resident) = resident_bytes() else { return 0 };
        self.resident.set(self.resident.get().min(resident));
        resident - self.resident.get()
    }

    /// Looks, and collects what is garbage before it says yes.
    fn is_over(&self, vm: &Vm) -> bool {
        let begun = processor_time();
        // Also for the collection below, which asks whether a look is due.
        self.looked_at.set(begun);
        let outgoing = self.outgoing.get();
        let mut bytes = vm.memory().heap_bytes + outgoing;
        // The figure is as of the latest collection.
        if bytes > self.bytes_max || self.grown_bytes() > self.bytes_max / GROWTH_PART {
            vm.collect();
            bytes = vm.memory().heap_bytes + outgoing;
            self.resident.set(resident_bytes().unwrap_or_default());
        }
        self.cost.set(processor_time().saturating_sub(begun));
        self.bytes.set(bytes);
        self.is_unseen.set(false);
        self.looked_at.set(processor_time());
        bytes > self.bytes_max
    }
}

/// What the process has in memory, where the system tells.
fn resident_bytes() -> Option<usize> {
    /// What the figures of `statm` count.
    const PAGE_BYTES: usize = 4096;
    let text = std::fs::read_to_string("/proc/self/statm").ok()?;
    text.split_ascii_whitespace().nth(1)?.parse().ok().map(|pages: usize| pages * PAGE_BYTES)
}
