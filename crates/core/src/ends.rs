//! The WebSocket ends that programs on one thread hold: who owns each, where its far side is, what of it outlives
//! the program (tags, attachment), and what waits until both sides are ready.
//!
//! A pair made by a program has two ends. The end the program keeps is entered here when it is accepted, or when
//! its mate is handed out in a response; the mate becomes its *far side*. What is sent before the far side is
//! known waits, and so does what arrives before the end is accepted.
//!
//! ```text
//!            ┌── Waiting ──accept()──────────► Accepted ──┐
//!   enter ───┤                                            ├── both closed, or far side gone ──► removed
//!            └── Waiting ──acceptWebSocket()─► Held ──────┘
//! ```
//!
//! A *held* end outlives the instance that accepted it: the object may be forgotten and made anew, and finds its
//! ends here in the order `getWebSockets()` promises. But for two kinds, that the instance alone could have brought to
//! their end: those whose far side it never handed out, and those whose last handler it had begun ([`Ends::stranded`]).
//!
//! `F` is where far sides are, `M` what passes over a socket. Nothing here does I/O.
//! Source: `workers-api.md` 2 and 3.

mod list;

use self::list::List;
use std::collections::HashMap;

/// How many ends one object may hold.
pub const HELD_PER_OWNER_MAX: usize = 32_768;

/// Bytes that may wait at an end for its far side, or for being accepted, before a further message. What has no size
/// (a Close without a reason) always may.
pub const WAITING_BYTES_MAX: usize = 16 << 20;

/// Bytes that may be on their way to a program at the far side, sent and not yet taken, before a further message.
pub const UNTAKEN_BYTES_MAX: usize = 16 << 20;

/// How many bytes a program takes before its side tells the sender's.
pub const TAKEN_BYTES_REPORTED: usize = 256 << 10;

/// What a message costs beside its bytes: even empty ones cannot wait without bound.
pub const MESSAGE_OVERHEAD: usize = 64;

/// How the program takes what arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Not accepted: what arrives waits.
    Waiting,
    /// `accept()`: events on the socket object; gone with the instance.
    Accepted,
    /// `acceptWebSocket()`: handlers of the class; outlives the instance.
    Held,
}

/// Where an end's far side is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FarSide<F> {
    Nobody,
    At(F),
    Gone,
}

/// One end.
#[derive(Debug)]
pub struct End<F, M> {
    pub owner: u32,
    pub mode: Mode,
    pub far: FarSide<F>,
    /// Our Close frame was sent.
    pub sent_close: bool,
    /// The far side's Close arrived, or the connection broke.
    pub received_close: bool,
    /// The far side was handed out: somebody will take it, or say that nobody does.
    pub is_offered: bool,
    /// The handler of its end began. There is no other event after that.
    pub is_ending: bool,
    pub tags: Box<[Box<str>]>,
    pub attachment: Option<Box<[u8]>>,
    /// The subprotocol that was agreed on, if any.
    pub protocol: Option<Box<str>>,
    waiting: Option<Box<Waiting<M>>>,
    /// Bytes sent to a program at the far side that it has not said it took.
    untaken: u32,
    /// Bytes taken here since the far side's program was last told.
    taken: u32,
    /// Messages that went to the program and have not been taken by it.
    undelivered: u32,
    /// Where it is in its owner's list, of those held or of the others.
    place: u32,
}

/// What waits at an end.
#[derive(Debug)]
struct Waiting<M> {
    /// For the far side to be taken.
    outgoing: Vec<M>,
    /// For the end to be accepted.
    incoming: Vec<M>,
    bytes: usize,
}

impl<M> Default for Waiting<M> {
    fn default() -> Self {
        Waiting { outgoing: Vec::new(), incoming: Vec::new(), bytes: 0 }
    }
}

/// [`WAITING_BYTES_MAX`] wait already, or [`UNTAKEN_BYTES_MAX`] are on their way.
#[derive(Debug, PartialEq, Eq)]
pub struct Overflow;

impl<F, M> End<F, M> {
    /// Keeps `message`, of `size` bytes, until the far side is taken.
    pub fn wait_for_far(&mut self, message: M, size: usize) -> Result<(), Overflow> {
        let waiting = self.waiting.get_or_insert_default();
        if waiting.bytes >= WAITING_BYTES_MAX && size > 0 {
            return Err(Overflow);
        }
        waiting.bytes += size;
        waiting.outgoing.push(message);
        Ok(())
    }

    /// Keeps `message`, of `size` bytes, until the end is accepted.
    pub fn wait_for_accept(&mut self, message: M, size: usize) -> Result<(), Overflow> {
        let waiting = self.waiting.get_or_insert_default();
        if waiting.bytes >= WAITING_BYTES_MAX && size > 0 {
            return Err(Overflow);
        }
        waiting.bytes += size;
        waiting.incoming.push(message);
        Ok(())
    }

    /// The far side is taken: what waited for it, in order.
    pub fn join(&mut self, far: F) -> Vec<M> {
        self.far = FarSide::At(far);
        self.waiting.as_mut().map(|waiting| std::mem::take(&mut waiting.outgoing)).unwrap_or_default()
    }

    /// Whether what arrives must wait: the end is not accepted, or earlier messages still wait.
    pub fn holds_back(&self) -> bool {
        self.mode == Mode::Waiting
            || self.waiting.as_ref().is_some_and(|waiting| !waiting.incoming.is_empty())
    }

    /// What arrived before the end was accepted, in order.
    pub fn take_incoming(&mut self) -> Vec<M> {
        let incoming =
            self.waiting.as_mut().map(|waiting| std::mem::take(&mut waiting.incoming)).unwrap_or_default();
        if self.waiting.as_ref().is_some_and(|waiting| waiting.outgoing.is_empty()) {
            self.waiting = None;
        }
        incoming
    }

    /// A message of `size` bytes leaves for a program at the far side.
    pub fn depart(&mut self, size: usize) -> Result<(), Overflow> {
        if self.untaken as usize >= UNTAKEN_BYTES_MAX && size > 0 {
            return Err(Overflow);
        }
        self.untaken = self.untaken.saturating_add(saturated(size));
        Ok(())
    }

    /// Bytes sent to a program at the far side that it has not said it took.
    pub fn untaken(&self) -> usize {
        self.untaken as usize
    }

    /// The program at the far side took `size` bytes. True when that made room for many more.
    pub fn landed(&mut self, size: usize) -> bool {
        self.untaken = self.untaken.saturating_sub(saturated(size));
        (self.untaken as usize) < UNTAKEN_BYTES_MAX / 2
    }

    /// A message goes to the program. True when another one did that it has not taken.
    pub fn deliver(&mut self) -> bool {
        self.undelivered += 1;
        self.undelivered > 1
    }

    /// Whether the program has not taken all that went to it.
    pub fn is_behind(&self) -> bool {
        self.undelivered > 0
    }

    /// The program here takes a message of `size` bytes; the answer is what the far side is to be told by now.
    pub fn take(&mut self, size: usize) -> Option<usize> {
        self.undelivered = self.undelivered.saturating_sub(1);
        self.taken = self.taken.saturating_add(saturated(size));
        (self.taken as usize >= TAKEN_BYTES_REPORTED).then(|| std::mem::take(&mut self.taken) as usize)
    }

    /// Nothing more can pass in either direction.
    pub fn is_finished(&self) -> bool {
        matches!(self.far, FarSide::Gone) || (self.sent_close && self.received_close)
    }
}

fn saturated(size: usize) -> u32 {
    u32::try_from(size).unwrap_or(u32::MAX)
}

/// The ends of one thread.
#[derive(Debug)]
pub struct Ends<F, M> {
    slots: Vec<Slot<F, M>>,
    free: Vec<u32>,
    held: Lists,
    /// The other ends of each owner.
    loose: Lists,
}

type Lists = HashMap<u32, List>;

#[derive(Debug)]
struct Slot<F, M> {
    generation: u32,
    end: Option<End<F, M>>,
}

impl<F, M> Default for Ends<F, M> {
    fn default() -> Self {
        Ends { slots: Vec::new(), free: Vec::new(), held: HashMap::new(), loose: HashMap::new() }
    }
}

impl<F, M> Ends<F, M> {
    /// Enters an end; the answer is its index and generation.
    pub fn enter(&mut self, owner: u32) -> (u32, u32) {
        let index = self.free.pop().unwrap_or_else(|| {
            let index = u32::try_from(self.slots.len()).expect("fewer ends than 2^32");
            self.slots.push(Slot { generation: 0, end: None });
            index
        });
        let slot = &mut self.slots[index as usize];
        slot.end = Some(End {
            owner,
            mode: Mode::Waiting,
            far: FarSide::Nobody,
            sent_close: false,
            received_close: false,
            is_offered: false,
            is_ending: false,
            tags: Box::default(),
            attachment: None,
            protocol: None,
            waiting: None,
            untaken: 0,
            taken: 0,
            undelivered: 0,
            place: self.loose.entry(owner).or_default().push(index, &[]),
        });
        (index, slot.generation)
    }

    pub fn get(&self, index: u32) -> Option<&End<F, M>> {
        self.slots.get(index as usize)?.end.as_ref()
    }

    pub fn get_mut(&mut self, index: u32) -> Option<&mut End<F, M>> {
        self.slots.get_mut(index as usize)?.end.as_mut()
    }

    /// Whether `index` still is the end that had `generation`.
    pub fn is_current(&self, index: u32, generation: u32) -> bool {
        self.slots.get(index as usize).is_some_and(|slot| slot.end.is_some() && slot.generation == generation)
    }

    pub fn generation(&self, index: u32) -> u32 {
        self.slots.get(index as usize).map_or(0, |slot| slot.generation)
    }

    /// `acceptWebSocket()`. What arrived before it still waits. The caller has checked [`Ends::held_count`].
    pub fn hold(&mut self, index: u32, tags: Box<[Box<str>]>) {
        let Some((owner, place)) = self.get(index).map(|end| (end.owner, end.place)) else { return };
        leave(&mut self.loose, &mut self.slots, owner, place);
        let place = self.held.entry(owner).or_default().push(index, &tags);
        if let Some(end) = self.get_mut(index) {
            end.mode = Mode::Held;
            end.tags = tags;
            end.place = place;
        }
    }

    /// How many ends `owner` has that it does not hold: those do not outlive its instance.
    pub fn loose_count(&self, owner: u32) -> usize {
        self.loose.get(&owner).map_or(0, List::len)
    }

    pub fn held_count(&self, owner: u32) -> usize {
        self.held.get(&owner).map_or(0, List::len)
    }

    /// The ends `owner` holds: those with `tag` in the order of their acceptance, or all, the latest first.
    pub fn held(&mut self, owner: u32, tag: Option<&str>) -> Vec<u32> {
        let Some(held) = self.held.get_mut(&owner) else { return Vec::new() };
        let slots = &self.slots;
        match tag {
            None => held.iter().rev().collect(),
            Some(tag) => held.with_tag(tag, |index| {
                slots.get(index as usize).and_then(|slot| slot.end.as_ref()).map_or(&[], |end| &end.tags)
            }),
        }
    }

    /// The ends `owner` holds that the loss of its instance leaves without a way to their end.
    pub fn stranded(&self, owner: u32) -> Vec<u32> {
        let is_stranded =
            |end: &End<F, M>| end.is_ending || (matches!(end.far, FarSide::Nobody) && !end.is_offered);
        let Some(held) = self.held.get(&owner) else { return Vec::new() };
        held.iter().filter(|index| self.get(*index).is_some_and(is_stranded)).collect()
    }

    /// Forgets an end. The number may be used again, under another generation.
    pub fn remove(&mut self, index: u32) -> Option<End<F, M>> {
        let slot = self.slots.get_mut(index as usize)?;
        let end = slot.end.take()?;
        slot.generation = slot.generation.wrapping_add(1);
        self.free.push(index);
        let lists = if end.mode == Mode::Held { &mut self.held } else { &mut self.loose };
        leave(lists, &mut self.slots, end.owner, end.place);
        Some(end)
    }

    /// The ends of `owner` that it does not hold.
    pub fn loose(&self, owner: u32) -> Vec<u32> {
        self.loose.get(&owner).map(|list| list.iter().collect()).unwrap_or_default()
    }

    /// All ends of `owner`, held or not.
    pub fn of_owner(&self, owner: u32) -> Vec<u32> {
        [&self.held, &self.loose]
            .into_iter()
            .filter_map(|lists| lists.get(&owner))
            .flat_map(List::iter)
            .collect()
    }

    /// Number of ends in the table.
    pub fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Takes an end out of the list of its owner.
fn leave<F, M>(lists: &mut Lists, slots: &mut [Slot<F, M>], owner: u32, place: u32) {
    let Some(list) = lists.get_mut(&owner) else { return };
    for (place, index) in (0..).zip(list.leave(place).into_iter().flatten()) {
        if let Some(end) = slots[*index as usize].end.as_mut() {
            end.place = place;
        }
    }
    if list.len() == 0 {
        lists.remove(&owner);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Table = Ends<&'static str, char>;

    #[test]
    fn what_is_sent_early_waits_for_the_far_side() {
        let mut ends = Table::default();
        let (index, _) = ends.enter(1);
        let end = ends.get_mut(index).unwrap();
        end.wait_for_far('a', 1).unwrap();
        end.wait_for_far('b', 1).unwrap();
        assert_eq!(end.join("client"), ['a', 'b']);
        assert_eq!(end.far, FarSide::At("client"));
    }

    #[test]
    fn what_arrives_early_waits_for_accept() {
        let mut ends = Table::default();
        let (index, _) = ends.enter(1);
        ends.get_mut(index).unwrap().wait_for_accept('a', 1).unwrap();
        ends.hold(index, Box::default());
        let end = ends.get_mut(index).unwrap();
        assert_eq!(end.mode, Mode::Held);
        // Until it is delivered, what arrives goes behind it.
        assert!(end.holds_back());
        end.wait_for_accept('b', 1).unwrap();
        assert_eq!(end.take_incoming(), ['a', 'b']);
        assert!(!end.holds_back());
    }

    #[test]
    fn what_waits_is_bounded() {
        let mut ends = Table::default();
        let (index, _) = ends.enter(1);
        let end = ends.get_mut(index).unwrap();
        end.wait_for_far('a', WAITING_BYTES_MAX).unwrap();
        assert_eq!(end.wait_for_far('b', 1), Err(Overflow));
        assert_eq!(end.wait_for_far('c', 0), Ok(()));
    }

    #[test]
    fn what_is_on_its_way_is_bounded_and_taken_in_portions() {
        let mut ends = Table::default();
        let (index, _) = ends.enter(1);
        let end = ends.get_mut(index).unwrap();
        end.depart(UNTAKEN_BYTES_MAX - 1).unwrap();
        end.depart(2 * UNTAKEN_BYTES_MAX).unwrap();
        assert_eq!(end.depart(1), Err(Overflow));
        assert!(!end.landed(2 * UNTAKEN_BYTES_MAX));
        assert!(end.landed(UNTAKEN_BYTES_MAX / 2));
        end.depart(1).unwrap();
        assert_eq!(end.take(TAKEN_BYTES_REPORTED - 1), None);
        assert_eq!(end.take(3), Some(TAKEN_BYTES_REPORTED + 2));
        assert_eq!(end.take(1), None);
    }

    #[test]
    fn what_only_the_lost_instance_could_end_is_stranded() {
        let mut ends = Table::default();
        let [kept, unanswered, answered, ending, loose] = [(); 5].map(|()| ends.enter(1).0);
        for index in [kept, unanswered, answered, ending] {
            ends.hold(index, Box::default());
        }
        for index in [kept, ending] {
            ends.get_mut(index).unwrap().join("client");
        }
        ends.get_mut(answered).unwrap().is_offered = true;
        ends.get_mut(ending).unwrap().is_ending = true;
        assert_eq!(ends.stranded(1), [unanswered, ending]);
        assert_eq!(ends.stranded(2), [0; 0]);
        assert_eq!(ends.get(loose).unwrap().mode, Mode::Waiting);
    }

    #[test]
    fn held_ends_come_latest_first_and_by_tag_in_order() {
        let mut ends = Table::default();
        let tags = |tags: &[&str]| tags.iter().map(|tag| (*tag).into()).collect::<Box<[Box<str>]>>();
        let indexes: Vec<u32> = (0..3).map(|_| ends.enter(7).0).collect();
        ends.hold(indexes[0], tags(&["x"]));
        ends.hold(indexes[1], tags(&["y"]));
        ends.hold(indexes[2], tags(&["x", "y"]));
        assert_eq!(ends.held(7, None), [indexes[2], indexes[1], indexes[0]]);
        assert_eq!(ends.held(7, Some("x")), [indexes[0], indexes[2]]);
        assert_eq!(ends.held(7, Some("z")), []);
        ends.remove(indexes[0]);
        assert_eq!(ends.held(7, Some("x")), [indexes[2]]);
        assert_eq!(ends.held(8, None), []);
    }

    #[test]
    fn loose_ends_are_those_not_held() {
        let mut ends = Table::default();
        let [accepted, held] = [(); 2].map(|()| ends.enter(1).0);
        ends.get_mut(accepted).unwrap().mode = Mode::Accepted;
        ends.hold(held, Box::default());
        assert_eq!((ends.loose_count(1), ends.loose(1)), (1, vec![accepted]));
        let [mate, other] = [1, 2].map(|owner| ends.enter(owner).0);
        assert_eq!((ends.loose(1), ends.of_owner(1)), (vec![accepted, mate], vec![held, accepted, mate]));
        ends.remove(held);
        assert_eq!(ends.loose_count(1), 2);
        ends.remove(accepted);
        ends.hold(mate, Box::default());
        assert_eq!((ends.loose_count(1), ends.held(1, None)), (0, vec![mate]));
        assert_eq!(ends.loose(2), [other]);
    }

    #[test]
    fn order_survives_many_departures() {
        let mut ends = Table::default();
        let mut held: Vec<u32> = Vec::new();
        for round in 0..200 {
            let (index, _) = ends.enter(7);
            ends.hold(index, [["even", "odd"][index as usize % 2].into(), "all".into()].into());
            held.push(index);
            if round % 3 != 0 {
                let gone = held.remove(held.len() * 7 / 10);
                assert!(ends.remove(gone).is_some());
            }
            assert_eq!(ends.held_count(7), held.len());
            let latest_first: Vec<u32> = held.iter().rev().copied().collect();
            assert_eq!(ends.held(7, None), latest_first);
            // Not each time, so that the index of tags also sees what it was not asked for in between.
            if round > 20 && round % 5 == 0 {
                for (tag, rest) in [("even", 0), ("odd", 1)] {
                    let tagged: Vec<u32> = held.iter().copied().filter(|index| index % 2 == rest).collect();
                    assert_eq!(ends.held(7, Some(tag)), tagged);
                }
                assert_eq!(ends.held(7, Some("all")), held);
                assert_eq!(ends.held(7, Some("none")), []);
            }
            assert_eq!(ends.of_owner(7).len(), held.len());
        }
        for index in held {
            ends.remove(index);
        }
        assert_eq!(ends.held(7, None), []);
    }

    #[test]
    fn a_number_used_again_is_another_end() {
        let mut ends = Table::default();
        let (index, generation) = ends.enter(1);
        ends.remove(index);
        let (again, later) = ends.enter(2);
        assert_eq!(index, again);
        assert!(!ends.is_current(index, generation));
        assert!(ends.is_current(again, later));
    }
}
