//! The output gate of one object: what it sends leaves once everything it wrote before is durable.
//!
//! Promises that an output waits for exactly the commits that were there, or certain to come, when it was made; that
//! outputs leave in the order in which they were made; and that after a failed commit nothing leaves that was made
//! on top of it. Who made an output, and what an output is, is the owner's business.
//!
//! ```text
//!            wrote                committed(c)                    durable(c)
//!   Open ─────────────► Written ───────────────► Unconfirmed ─────────────────► Open, what waited leaves
//!     │                  outputs wait for          outputs wait      failed
//!     │                  the commit to come        for c           ───────────► what waited is gone
//!     └─ transaction: writes inside count when the outermost one is committed
//! ```
//!
//! A write that need not be confirmed (`allowUnconfirmed`) is part of its commit, and the gate fails with it, but no
//! output waits for it; only who asks for everything to be durable ([`Gate::await_all`]) does.
//!
//! The gate keeps no bytes from piling up: it counts them, and its owner stops at [`HELD_BYTES_MAX`].
//! Source: `workers-api.md` 6.3.

use std::collections::VecDeque;

/// Bytes of outputs that may wait on one thread before it waits for the disk.
pub const HELD_BYTES_MAX: usize = 64 << 20;

/// Whether outputs wait for a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confirm {
    /// `allowUnconfirmed`: they do not.
    NotNeeded,
    /// They do.
    Needed,
}

/// How a transaction ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Its writes count now, as those of what is around it.
    Commit,
    /// It never was.
    Rollback,
}

/// What an output waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Until<C> {
    /// The commit of what is written now.
    Next,
    Commit(C),
    /// What was written turned out to be nothing.
    Nothing,
}

#[derive(Debug)]
struct Held<C, T> {
    until: Until<C>,
    bytes: usize,
    output: T,
}

/// The gate, over numbers of commits that rise, and over whatever its owner calls an output, and one who waits.
#[derive(Debug)]
pub struct Gate<C, T, W> {
    /// What is written and not committed, transactions aside.
    written: Option<Confirm>,
    /// What each open transaction wrote, the outermost first.
    transactions: Vec<Option<Confirm>>,
    /// The last commit outputs wait for, while it is not durable.
    closed_by: Option<C>,
    /// The last commit, while it is not durable.
    last: Option<C>,
    /// The last commit that is.
    durable: Option<C>,
    held: VecDeque<Held<C, T>>,
    held_bytes: usize,
    /// Who waits for everything.
    waiting: VecDeque<(Until<C>, W)>,
}

impl<C, T, W> Default for Gate<C, T, W> {
    fn default() -> Self {
        Gate {
            written: None,
            transactions: Vec::new(),
            closed_by: None,
            last: None,
            durable: None,
            held: VecDeque::new(),
            held_bytes: 0,
            waiting: VecDeque::new(),
        }
    }
}

impl<C: Copy + Ord, T, W> Gate<C, T, W> {
    /// Something was written.
    pub fn wrote(&mut self, confirm: Confirm) {
        let level = self.transactions.last_mut().unwrap_or(&mut self.written);
        *level = (*level).max(Some(confirm));
    }

    /// A transaction begins, in the one that is open, if any.
    pub fn begin(&mut self) {
        self.transactions.push(None);
    }

    /// The innermost transaction ends. What it wrote becomes part of what is around it, or is forgotten.
    pub fn end(&mut self, ending: Ending) {
        let Some(wrote) = self.transactions.pop() else { return };
        if let (Ending::Commit, Some(confirm)) = (ending, wrote) {
            self.wrote(confirm);
        }
    }

    /// Whether a transaction is open: what is written meanwhile is not to be committed.
    pub fn in_transaction(&self) -> bool {
        !self.transactions.is_empty()
    }

    /// Whether something is written that is to be committed.
    pub fn is_written(&self) -> bool {
        self.written.is_some()
    }

    /// What was written is committed, under this number where it changed anything.
    pub fn committed(&mut self, commit: Option<C>) {
        let wrote = self.written.take();
        if let Some(commit) = commit {
            self.last = Some(commit);
            if wrote != Some(Confirm::NotNeeded) {
                self.closed_by = Some(commit);
            }
        }
        let until = |commit: Option<C>| commit.map_or(Until::Nothing, Until::Commit);
        for held in self.held.iter_mut().rev().take_while(|held| held.until == Until::Next) {
            held.until = until(self.closed_by);
        }
        for (waits, _) in self.waiting.iter_mut().rev().take_while(|(waits, _)| *waits == Until::Next) {
            *waits = until(self.last);
        }
    }

    /// Whether outputs made now wait.
    pub fn is_closed(&self) -> bool {
        self.closed_by.is_some() || self.written == Some(Confirm::Needed) || !self.held.is_empty()
    }

    /// Whether nothing is unconfirmed, and nobody waits.
    pub fn is_idle(&self) -> bool {
        self.last.is_none()
            && self.written.is_none()
            && self.transactions.is_empty()
            && self.held.is_empty()
            && self.waiting.is_empty()
    }

    /// Whether a commit is not durable yet.
    pub fn is_unconfirmed(&self) -> bool {
        self.last.is_some()
    }

    /// Bytes that wait.
    pub fn held_bytes(&self) -> usize {
        self.held_bytes
    }

    /// Passes an output back if it may leave now, keeps it otherwise.
    pub fn offer(&mut self, output: T, bytes: usize) -> Option<T> {
        let until = if self.written == Some(Confirm::Needed) {
            Until::Next
        } else if let Some(commit) = self.closed_by {
            Until::Commit(commit)
        } else if let Some(before) = self.held.back() {
            // What was made before it may leave, but has not.
            before.until
        } else {
            return Some(output);
        };
        self.held_bytes += bytes;
        self.held.push_back(Held { until, bytes, output });
        None
    }

    /// Keeps `who` until all that is written outside of transactions is durable; passes it back when it is.
    pub fn await_all(&mut self, who: W) -> Option<W> {
        let until = match (self.written, self.last) {
            (Some(_), _) => Until::Next,
            (None, Some(commit)) => Until::Commit(commit),
            (None, None) => return Some(who),
        };
        self.waiting.push_back((until, who));
        None
    }

    /// All commits up to this one are durable.
    pub fn durable(&mut self, commit: C) {
        self.durable = self.durable.max(Some(commit));
        for open in [&mut self.last, &mut self.closed_by] {
            if open.is_some_and(|open| open <= commit) {
                *open = None;
            }
        }
    }

    /// The next output that may leave. To be asked for until there is none, after [`Gate::durable`] and
    /// [`Gate::committed`].
    pub fn next_free(&mut self) -> Option<T> {
        let held = self.held.pop_front_if(|held| is_over(held.until, self.durable))?;
        self.held_bytes -= held.bytes;
        Some(held.output)
    }

    /// Who waits no longer.
    pub fn next_settled(&mut self) -> Option<W> {
        self.waiting.pop_front_if(|(until, _)| is_over(*until, self.durable)).map(|(_, who)| who)
    }

    /// Whether a failure of the commits up to this one concerns the object as it is now: what failed before it was
    /// discarded does not.
    pub fn depends_on(&self, commit: C) -> bool {
        self.last.is_some_and(|last| last <= commit)
    }

    /// A commit failed, and all after it: nothing is unconfirmed, because nothing of it is left. What waited is
    /// dropped.
    pub fn fail(&mut self) {
        *self = Gate::default();
    }

    /// The instance is gone, with what it wrote and did not commit. What waited is dropped; what is committed is still
    /// to become durable before the next instance is heard.
    pub fn discard(&mut self) {
        *self = Gate { closed_by: self.closed_by, last: self.last, durable: self.durable, ..Gate::default() };
    }
}

fn is_over<C: Ord>(until: Until<C>, durable: Option<C>) -> bool {
    match until {
        Until::Next => false,
        Until::Commit(commit) => durable.is_some_and(|durable| commit <= durable),
        Until::Nothing => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Chars = Gate<u64, char, u32>;

    /// Everything that may leave now.
    fn leaving(gate: &mut Chars) -> String {
        std::iter::from_fn(|| gate.next_free()).collect()
    }

    fn offer(gate: &mut Chars, output: char) -> Option<char> {
        gate.offer(output, 1)
    }

    #[test]
    fn without_writes_outputs_leave_at_once() {
        let mut gate = Chars::default();
        assert_eq!(offer(&mut gate, 'a'), Some('a'));
        assert!(gate.is_idle() && !gate.is_closed());
    }

    #[test]
    fn an_output_waits_for_the_commit_before_it_and_for_no_later_one() {
        let mut gate = Chars::default();
        gate.wrote(Confirm::Needed);
        gate.committed(Some(1));
        assert_eq!(offer(&mut gate, 'a'), None);
        gate.wrote(Confirm::Needed);
        gate.committed(Some(2));
        assert_eq!(offer(&mut gate, 'b'), None);
        assert_eq!(leaving(&mut gate), "");
        gate.durable(1);
        assert_eq!(leaving(&mut gate), "a");
        gate.durable(2);
        assert_eq!(leaving(&mut gate), "b");
        assert!(gate.is_idle());
        assert_eq!(offer(&mut gate, 'c'), Some('c'));
    }

    #[test]
    fn an_output_made_before_the_commit_waits_for_it() {
        let mut gate = Chars::default();
        gate.wrote(Confirm::Needed);
        assert_eq!(offer(&mut gate, 'a'), None);
        assert_eq!(leaving(&mut gate), "");
        gate.committed(Some(1));
        assert_eq!(leaving(&mut gate), "");
        gate.durable(1);
        assert_eq!(leaving(&mut gate), "a");
    }

    #[test]
    fn what_waited_for_a_commit_that_changed_nothing_leaves() {
        let mut gate = Chars::default();
        gate.wrote(Confirm::Needed);
        offer(&mut gate, 'a');
        gate.committed(None);
        assert_eq!(leaving(&mut gate), "a");
        assert!(gate.is_idle());
    }

    #[test]
    fn what_waited_for_a_commit_that_changed_nothing_waits_for_the_ones_before() {
        let mut gate = Chars::default();
        gate.committed(Some(1));
        gate.wrote(Confirm::Needed);
        offer(&mut gate, 'a');
        gate.committed(None);
        assert_eq!(leaving(&mut gate), "");
        gate.durable(1);
        assert_eq!(leaving(&mut gate), "a");
    }

    #[test]
    fn outputs_do_not_wait_for_writes_that_need_no_confirmation() {
        let mut gate = Chars::default();
        gate.wrote(Confirm::NotNeeded);
        assert_eq!(offer(&mut gate, 'a'), Some('a'));
        gate.committed(Some(1));
        assert_eq!(offer(&mut gate, 'b'), Some('b'));
        assert!(!gate.is_idle() && gate.depends_on(1));
        assert_eq!(gate.await_all(7), None);
        gate.durable(1);
        assert_eq!(gate.next_settled(), Some(7));
        assert!(gate.is_idle());
    }

    #[test]
    fn one_write_that_needs_confirmation_is_enough() {
        let mut gate = Chars::default();
        gate.wrote(Confirm::NotNeeded);
        gate.wrote(Confirm::Needed);
        gate.wrote(Confirm::NotNeeded);
        gate.committed(Some(1));
        assert_eq!(offer(&mut gate, 'a'), None);
    }

    #[test]
    fn writes_in_a_transaction_count_from_its_commit() {
        let mut gate = Chars::default();
        gate.begin();
        gate.wrote(Confirm::Needed);
        assert_eq!(offer(&mut gate, 'a'), Some('a'));
        gate.begin();
        gate.wrote(Confirm::Needed);
        gate.end(Ending::Rollback);
        gate.end(Ending::Commit);
        assert!(gate.is_written() && !gate.in_transaction());
        assert_eq!(offer(&mut gate, 'b'), None);
        gate.committed(Some(1));
        gate.durable(1);
        assert_eq!(leaving(&mut gate), "b");
    }

    #[test]
    fn a_transaction_that_is_rolled_back_closes_nothing() {
        let mut gate = Chars::default();
        gate.begin();
        gate.begin();
        gate.wrote(Confirm::Needed);
        gate.end(Ending::Commit);
        gate.end(Ending::Rollback);
        assert!(gate.is_idle());
    }

    #[test]
    fn a_failure_drops_what_waited_and_opens_the_gate_for_the_next_instance() {
        let mut gate = Chars::default();
        gate.committed(Some(1));
        offer(&mut gate, 'a');
        gate.await_all(7);
        assert!(gate.depends_on(1));
        gate.fail();
        assert!(gate.is_idle() && !gate.depends_on(1));
        assert_eq!((leaving(&mut gate).as_str(), gate.next_settled(), gate.held_bytes()), ("", None, 0));
        assert_eq!(offer(&mut gate, 'b'), Some('b'));
    }

    #[test]
    fn the_next_instance_waits_for_the_commits_of_the_one_before() {
        let mut gate = Chars::default();
        gate.committed(Some(1));
        offer(&mut gate, 'a');
        gate.wrote(Confirm::Needed);
        gate.discard();
        assert_eq!(offer(&mut gate, 'b'), None);
        gate.durable(1);
        assert_eq!(leaving(&mut gate), "b");
    }

    #[test]
    fn an_output_that_may_leave_does_not_overtake_one_that_has_not_left() {
        let mut gate = Chars::default();
        gate.committed(Some(1));
        offer(&mut gate, 'a');
        gate.durable(1);
        assert_eq!(offer(&mut gate, 'b'), None);
        assert_eq!(leaving(&mut gate), "ab");
    }

    #[test]
    fn waiting_for_everything_is_over_at_once_when_there_is_nothing() {
        let mut gate = Chars::default();
        assert_eq!(gate.await_all(1), Some(1));
        gate.begin();
        gate.wrote(Confirm::Needed);
        assert_eq!(gate.await_all(1), Some(1));
    }

    #[test]
    fn bytes_are_counted_while_they_wait() {
        let mut gate = Chars::default();
        gate.committed(Some(1));
        gate.offer('a', 100);
        gate.offer('b', 10);
        assert_eq!(gate.held_bytes(), 110);
        gate.durable(1);
        gate.next_free();
        assert_eq!(gate.held_bytes(), 10);
    }
}
