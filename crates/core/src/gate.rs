//! The input gate of one object: which of its events may be delivered now, and which wait.
//!
//! An object takes one event at a time, and while a critical section (`blockConcurrencyWhile`) is open, only what
//! that section itself started: its timers, its fetches, sections nested in it. Everything else waits here, in
//! order of arrival. A section asked for while an unrelated one is open starts as soon as that one ends, before
//! any event that waits.
//!
//! ```text
//!   Section::NONE ──open──► section 1 ──open──► section 2      only events started in 2 pass
//!        ▲                      │  ▲                │
//!        └────────close─────────┘  └─────close──────┘
//! ```
//!
//! The gate keeps no time: the owner closes a section that takes longer than [`SECTION_SECONDS_MAX`].
//! Source: `workers-api.md` 5 and 6.3.

use std::collections::{HashMap, VecDeque};

/// How deep `blockConcurrencyWhile` may be nested.
pub const SECTION_DEPTH_MAX: usize = 64;

/// How long a critical section may last, in seconds.
pub const SECTION_SECONDS_MAX: u64 = 30;

/// A critical section; [`Section::NONE`] is the object outside all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Section(u32);

impl Section {
    pub const NONE: Section = Section(0);

    /// The section as a number a program's side can keep.
    pub fn to_bits(self) -> u32 {
        self.0
    }

    pub fn from_bits(bits: u32) -> Section {
        Section(bits)
    }
}

/// What may proceed after a section closed.
#[derive(Debug, PartialEq, Eq)]
pub enum Ready<E> {
    /// An event, and the section that started it. It is to be offered again: one delivered before it may ask for a
    /// section of its own.
    Event(Section, E),
    /// A section that waited to start: its callback runs now.
    Section(Section),
}

/// The answer to a section being asked for.
#[derive(Debug, PartialEq, Eq)]
pub enum Opened {
    /// Its callback runs now.
    Now(Section),
    /// It starts when the sections before it have ended.
    Waits(Section),
    /// More than [`SECTION_DEPTH_MAX`] deep.
    TooDeep,
}

/// The gate, over whatever its owner calls an event.
#[derive(Debug)]
pub struct Input<E> {
    /// Open sections, outermost first. Only events of the last one pass.
    open: Vec<Section>,
    /// The section in which each section was asked for, kept while any is open.
    parents: HashMap<Section, Section>,
    starting: VecDeque<Section>,
    waiting: VecDeque<(Section, E)>,
    last: u32,
}

impl<E> Default for Input<E> {
    fn default() -> Self {
        Input {
            open: Vec::new(),
            parents: HashMap::new(),
            starting: VecDeque::new(),
            waiting: VecDeque::new(),
            last: 0,
        }
    }
}

impl<E> Input<E> {
    /// A gate whose sections have other numbers than those up to `last`, which an earlier object under the same number
    /// may have left behind in deadlines.
    pub fn after(last: Section) -> Input<E> {
        Input { last: last.0, ..Input::default() }
    }

    /// The section that was asked for last.
    pub fn last(&self) -> Section {
        Section(self.last)
    }

    /// Whether an event started in `section` would pass now.
    pub fn admits(&self, section: Section) -> bool {
        self.resolve(section) == self.innermost()
    }

    /// Whether anything waits.
    pub fn is_idle(&self) -> bool {
        self.open.is_empty() && self.waiting.is_empty() && self.starting.is_empty()
    }

    /// Whether `section` has not ended.
    pub fn is_open(&self, section: Section) -> bool {
        self.open.contains(&section) || self.starting.contains(&section)
    }

    /// Number of events that wait.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// All that wait, in order.
    pub fn all_waiting(&self) -> impl Iterator<Item = &E> {
        self.waiting.iter().map(|(_, event)| event)
    }

    /// Takes out those that wait and are to wait no longer. The others keep their order.
    pub fn take_out(&mut self, mut is_to_go: impl FnMut(&E) -> bool) -> Vec<E> {
        let (gone, rest): (VecDeque<_>, VecDeque<_>) =
            std::mem::take(&mut self.waiting).into_iter().partition(|(_, event)| is_to_go(event));
        self.waiting = rest;
        gone.into_iter().map(|(_, event)| event).collect()
    }

    /// Passes the event back if it may be delivered now, keeps it otherwise.
    pub fn offer(&mut self, section: Section, event: E) -> Option<E> {
        if self.admits(section) {
            return Some(event);
        }
        self.waiting.push_back((section, event));
        None
    }

    /// Keeps an event behind those that wait, whatever is open: nobody can take it now.
    pub fn keep(&mut self, event: E) {
        self.waiting.push_back((Section::NONE, event));
    }

    /// Asks for a critical section from within `section`.
    pub fn open(&mut self, section: Section) -> Opened {
        let parent = self.resolve(section);
        if self.depth(parent) >= SECTION_DEPTH_MAX {
            return Opened::TooDeep;
        }
        self.last += 1;
        let opened = Section(self.last);
        self.parents.insert(opened, parent);
        if parent == self.innermost() && self.starting.is_empty() {
            self.open.push(opened);
            return Opened::Now(opened);
        }
        self.starting.push_back(opened);
        Opened::Waits(opened)
    }

    /// Ends a section, and says what may proceed, in order. Sections still open inside it end with it.
    pub fn close(&mut self, section: Section) -> Vec<Ready<E>> {
        self.starting.retain(|waiting| *waiting != section);
        if let Some(depth) = self.open.iter().position(|open| *open == section) {
            self.open.truncate(depth);
        }
        let mut ready = Vec::new();
        self.start_next(&mut ready);
        if matches!(ready.last(), Some(Ready::Section(_))) {
            return ready;
        }
        let waiting = std::mem::take(&mut self.waiting);
        for (section, event) in waiting {
            if let Some(event) = self.offer(section, event) {
                ready.push(Ready::Event(section, event));
            }
        }
        if self.open.is_empty() && self.starting.is_empty() && self.waiting.is_empty() {
            self.parents.clear();
        }
        ready
    }

    /// Takes out everything that waits: the object is gone and its callers must hear of it.
    pub fn drain(&mut self) -> Vec<E> {
        self.open.clear();
        self.starting.clear();
        self.parents.clear();
        self.waiting.drain(..).map(|(_, event)| event).collect()
    }

    fn start_next(&mut self, ready: &mut Vec<Ready<E>>) {
        let innermost = self.innermost();
        let startable = self.starting.iter().position(|section| self.resolve_parent(*section) == innermost);
        if let Some(section) = startable.and_then(|at| self.starting.remove(at)) {
            self.open.push(section);
            ready.push(Ready::Section(section));
        }
    }

    fn innermost(&self) -> Section {
        self.open.last().copied().unwrap_or(Section::NONE)
    }

    /// The nearest section around `section` that is still open: what an ended section started belongs to its parent.
    fn resolve(&self, section: Section) -> Section {
        let mut at = section;
        while at != Section::NONE && !self.open.contains(&at) {
            at = self.parents.get(&at).copied().unwrap_or(Section::NONE);
        }
        at
    }

    fn resolve_parent(&self, section: Section) -> Section {
        self.resolve(self.parents.get(&section).copied().unwrap_or(Section::NONE))
    }

    fn depth(&self, section: Section) -> usize {
        let mut depth = 0;
        let mut at = section;
        while at != Section::NONE {
            depth += 1;
            at = self.parents.get(&at).copied().unwrap_or(Section::NONE);
        }
        depth
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(answer: Opened) -> Section {
        match answer {
            Opened::Now(section) | Opened::Waits(section) => section,
            Opened::TooDeep => panic!("too deep"),
        }
    }

    #[test]
    fn events_pass_while_no_section_is_open() {
        let mut gate = Input::default();
        assert_eq!(gate.offer(Section::NONE, 'a'), Some('a'));
        assert!(gate.is_idle());
    }

    #[test]
    fn a_section_lets_only_its_own_events_pass() {
        let mut gate = Input::default();
        let section = opened(gate.open(Section::NONE));
        assert_eq!(gate.offer(Section::NONE, 'a'), None);
        assert_eq!(gate.offer(section, 'b'), Some('b'));
        assert_eq!(gate.offer(Section::NONE, 'c'), None);
        assert_eq!(gate.close(section), [Ready::Event(Section::NONE, 'a'), Ready::Event(Section::NONE, 'c')]);
        assert!(gate.is_idle());
    }

    #[test]
    fn a_nested_section_holds_back_its_parent() {
        let mut gate = Input::default();
        let outer = opened(gate.open(Section::NONE));
        let inner = opened(gate.open(outer));
        assert_eq!(gate.offer(outer, 'o'), None);
        assert_eq!(gate.offer(inner, 'i'), Some('i'));
        assert_eq!(gate.close(inner), [Ready::Event(outer, 'o')]);
        // What the ended section started now counts as its parent's.
        assert_eq!(gate.offer(inner, 'l'), Some('l'));
        assert_eq!(gate.close(outer), []);
    }

    #[test]
    fn a_waiting_section_starts_before_waiting_events() {
        let mut gate = Input::default();
        let first = opened(gate.open(Section::NONE));
        assert_eq!(gate.offer(Section::NONE, 'a'), None);
        let Opened::Waits(second) = gate.open(Section::NONE) else { panic!("must wait") };
        assert_eq!(gate.close(first), [Ready::Section(second)]);
        assert_eq!(gate.offer(Section::NONE, 'b'), None);
        assert_eq!(gate.close(second), [Ready::Event(Section::NONE, 'a'), Ready::Event(Section::NONE, 'b')]);
    }

    #[test]
    fn nesting_has_a_limit() {
        let mut gate: Input<()> = Input::default();
        let mut section = Section::NONE;
        for _ in 0..SECTION_DEPTH_MAX {
            section = opened(gate.open(section));
        }
        assert_eq!(gate.open(section), Opened::TooDeep);
    }

    #[test]
    fn an_event_let_pass_is_held_back_by_a_section_that_the_one_before_it_opened() {
        let mut gate = Input::default();
        let section = opened(gate.open(Section::NONE));
        assert_eq!(gate.offer(Section::NONE, 'a'), None);
        assert_eq!(gate.offer(Section::NONE, 'b'), None);
        let mut ready = gate.close(section).into_iter();
        let Some(Ready::Event(of, 'a')) = ready.next() else { panic!("a comes first") };
        assert_eq!(gate.offer(of, 'a'), Some('a'));
        let later = opened(gate.open(of));
        let Some(Ready::Event(of, 'b')) = ready.next() else { panic!("b comes second") };
        assert_eq!(gate.offer(of, 'b'), None);
        assert_eq!(gate.close(later), [Ready::Event(Section::NONE, 'b')]);
    }

    #[test]
    fn what_is_taken_out_leaves_the_others_in_order() {
        let mut gate = Input::default();
        let section = opened(gate.open(Section::NONE));
        for event in ['a', 'b', 'c', 'd'] {
            assert_eq!(gate.offer(Section::NONE, event), None);
        }
        assert_eq!(gate.take_out(|event| ['b', 'd'].contains(event)), ['b', 'd']);
        assert_eq!(gate.all_waiting().collect::<Vec<_>>(), [&'a', &'c']);
        assert_eq!(gate.close(section), [Ready::Event(Section::NONE, 'a'), Ready::Event(Section::NONE, 'c')]);
    }

    #[test]
    fn what_is_kept_waits_though_nothing_is_open() {
        let mut gate = Input::default();
        gate.keep('a');
        gate.keep('b');
        assert!(!gate.is_idle());
        assert_eq!(gate.drain(), ['a', 'b']);
        assert!(gate.is_idle());
    }

    #[test]
    fn a_gate_made_after_another_has_no_section_of_its() {
        let mut first = Input::<()>::default();
        let section = opened(first.open(Section::NONE));
        let mut second = Input::<()>::after(first.last());
        opened(second.open(Section::NONE));
        assert!(!second.is_open(section));
    }

    #[test]
    fn closing_a_section_closes_those_inside_it() {
        let mut gate = Input::default();
        let outer = opened(gate.open(Section::NONE));
        let _inner = opened(gate.open(outer));
        assert_eq!(gate.offer(Section::NONE, 'a'), None);
        assert_eq!(gate.close(outer), [Ready::Event(Section::NONE, 'a')]);
        assert!(gate.is_idle());
    }
}
