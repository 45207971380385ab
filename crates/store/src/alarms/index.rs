//! Alarms by id and by time, in little memory.
//!
//! Promises that the earliest alarm is known at once, and that setting, moving, taking and deleting one costs a few
//! steps however many there are.
//!
//! ```text
//!   by_id ──► slots: id, namespace, due ◄── heap: the earliest first, those that were taken left out
//!               └──── where it is in the heap ────►┘
//! ```
//!
//! An alarm that was taken is still there, and is written to disk with the others: taking it only means that somebody
//! sees to it.

use hashbrown::HashTable;
use holdfast_core::{alarm::Time, id::ObjectId};

/// Not in the heap: taken, or its slot is free.
const NOWHERE: u32 = u32::MAX;

/// One alarm. 48 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Slot {
    id: ObjectId,
    due: Time,
    heap_at: u32,
    namespace: u16,
}

/// An alarm as the index keeps it; the namespace by its number in [`Alarms`](super::Alarms).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    pub(super) namespace: u16,
    pub(super) id: ObjectId,
    pub(super) due: Time,
}

/// The alarms of a share of the objects.
#[derive(Debug, Default)]
pub(super) struct Index {
    slots: Vec<Slot>,
    free: Vec<u32>,
    by_id: HashTable<u32>,
    heap: Vec<u32>,
}

impl Index {
    pub(super) fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Enters or moves an alarm. One that was taken, and is moved, is there to be taken again.
    pub(super) fn set(&mut self, entry: Entry) {
        let Some(slot) = self.find(&entry.id) else { return self.insert(entry) };
        let known = &mut self.slots[slot as usize];
        known.namespace = entry.namespace;
        if known.due != entry.due {
            known.due = entry.due;
            self.queue(slot);
        }
    }

    pub(super) fn remove(&mut self, id: &ObjectId) {
        let slots = &self.slots;
        let found = self.by_id.find_entry(hash(id), |slot| slots[*slot as usize].id == *id);
        let Ok(found) = found else { return };
        let (slot, _) = found.remove();
        self.unqueue(slot);
        self.free.push(slot);
    }

    pub(super) fn due(&self, id: &ObjectId) -> Option<Time> {
        self.find(id).map(|slot| self.slots[slot as usize].due)
    }

    /// When the earliest alarm that was not taken is due.
    pub(super) fn earliest(&self) -> Option<Time> {
        self.heap.first().map(|slot| self.slots[*slot as usize].due)
    }

    /// Takes the earliest alarm, if it is due.
    pub(super) fn take_due(&mut self, now: Time) -> Option<Entry> {
        let slot = *self.heap.first()?;
        let Slot { id, due, namespace, .. } = self.slots[slot as usize];
        if due > now {
            return None;
        }
        self.unqueue(slot);
        Some(Entry { namespace, id, due })
    }

    /// An alarm that was taken is there to be taken again.
    pub(super) fn give_back(&mut self, id: &ObjectId) {
        if let Some(slot) = self.find(id) {
            self.queue(slot);
        }
    }

    /// All alarms, in no order.
    pub(super) fn entries(&self) -> impl Iterator<Item = Entry> {
        self.by_id.iter().map(|slot| {
            let Slot { id, due, namespace, .. } = self.slots[*slot as usize];
            Entry { namespace, id, due }
        })
    }

    fn find(&self, id: &ObjectId) -> Option<u32> {
        self.by_id.find(hash(id), |slot| self.slots[*slot as usize].id == *id).copied()
    }

    fn insert(&mut self, Entry { namespace, id, due }: Entry) {
        let new = Slot { id, due, heap_at: NOWHERE, namespace };
        let slot = match self.free.pop() {
            Some(slot) => {
                self.slots[slot as usize] = new;
                slot
            }
            None => {
                grow_little(&mut self.slots);
                self.slots.push(new);
                u32::try_from(self.slots.len() - 1).expect("fewer alarms than 2^32")
            }
        };
        let slots = &self.slots;
        self.by_id.insert_unique(hash(&id), slot, |slot| hash(&slots[*slot as usize].id));
        self.queue(slot);
    }

    /// Puts a slot where it belongs in the heap, whether it is there or not.
    fn queue(&mut self, slot: u32) {
        let at = match self.slots[slot as usize].heap_at {
            NOWHERE => {
                grow_little(&mut self.heap);
                self.heap.push(slot);
                self.heap.len() - 1
            }
            at => at as usize,
        };
        let at = self.sift_up(at);
        self.sift_down(at);
    }

    fn unqueue(&mut self, slot: u32) {
        let at = std::mem::replace(&mut self.slots[slot as usize].heap_at, NOWHERE);
        if at == NOWHERE {
            return;
        }
        let last = self.heap.pop().expect("the heap holds the slot");
        if last != slot {
            self.place(at as usize, last);
            let at = self.sift_up(at as usize);
            self.sift_down(at);
        }
    }

    fn place(&mut self, at: usize, slot: u32) {
        self.heap[at] = slot;
        self.slots[slot as usize].heap_at = u32::try_from(at).expect("fewer alarms than 2^32");
    }

    fn due_at(&self, at: usize) -> Time {
        self.slots[self.heap[at] as usize].due
    }

    fn sift_up(&mut self, mut at: usize) -> usize {
        let slot = self.heap[at];
        let due = self.slots[slot as usize].due;
        while at > 0 {
            let parent = (at - 1) / 2;
            if self.due_at(parent) <= due {
                break;
            }
            self.place(at, self.heap[parent]);
            at = parent;
        }
        self.place(at, slot);
        at
    }

    fn sift_down(&mut self, mut at: usize) {
        let slot = self.heap[at];
        let due = self.slots[slot as usize].due;
        loop {
            let left = 2 * at + 1;
            let Some(child) = (left..(left + 2).min(self.heap.len())).min_by_key(|child| self.due_at(*child))
            else {
                break;
            };
            if self.due_at(child) >= due {
                break;
            }
            self.place(at, self.heap[child]);
            at = child;
        }
        self.place(at, slot);
    }

    /// Bytes of memory in use.
    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        // The table keeps a number and one byte of its own for each of its places, an eighth of which stay free.
        let places = (self.by_id.capacity() * 8 / 7).next_power_of_two();
        self.slots.capacity() * size_of::<Slot>()
            + self.heap.capacity() * size_of::<u32>()
            + self.free.capacity() * size_of::<u32>()
            + places * (size_of::<u32>() + 1)
    }
}

/// What places an id in the table. The lowest bits say whose share an id is in, and so are much alike here.
fn hash(id: &ObjectId) -> u64 {
    id.spread().rotate_right(16)
}

/// Makes room by an eighth, where doubling would leave up to half of it unused.
fn grow_little<T>(list: &mut Vec<T>) {
    if list.len() == list.capacity() {
        list.reserve_exact((list.len() / 8).max(16));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn id(number: u64) -> ObjectId {
        let mut bytes = [0; 32];
        // Spread over all bits, as ids are.
        bytes[..8].copy_from_slice(&number.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
        bytes[24..].copy_from_slice(&number.to_be_bytes());
        ObjectId::from_trusted_bytes(bytes)
    }

    fn entry(number: u64, due: i64) -> Entry {
        Entry { namespace: 0, id: id(number), due: Time::from_ms(due) }
    }

    /// All that is due at the end of time, in order.
    fn drain(index: &mut Index) -> Vec<Entry> {
        std::iter::from_fn(|| index.take_due(Time::MAX)).collect()
    }

    #[test]
    fn alarms_are_taken_when_due_and_in_order() {
        let mut index = Index::default();
        for (number, due) in [(1, 30), (2, 10), (3, 20)] {
            index.set(entry(number, due));
        }
        assert_eq!(index.earliest(), Some(Time::from_ms(10)));
        assert_eq!(index.take_due(Time::from_ms(9)), None);
        assert_eq!(index.take_due(Time::from_ms(20)), Some(entry(2, 10)));
        assert_eq!(index.take_due(Time::from_ms(20)), Some(entry(3, 20)));
        assert_eq!(index.take_due(Time::from_ms(20)), None);
        assert_eq!(index.earliest(), Some(Time::from_ms(30)));
    }

    #[test]
    fn one_that_was_taken_stays_until_it_is_removed_and_is_not_taken_twice() {
        let mut index = Index::default();
        index.set(entry(1, 10));
        assert!(index.take_due(Time::MAX).is_some());
        assert_eq!(index.take_due(Time::MAX), None);
        // Told again, as recovery does, it is the same alarm.
        index.set(entry(1, 10));
        assert_eq!(index.take_due(Time::MAX), None);
        assert_eq!(index.entries().collect::<Vec<_>>(), [entry(1, 10)]);
        index.give_back(&id(1));
        assert_eq!(index.take_due(Time::MAX), Some(entry(1, 10)));
        index.set(entry(1, 11));
        assert_eq!(index.take_due(Time::MAX), Some(entry(1, 11)));
        index.remove(&id(1));
        index.give_back(&id(1));
        assert_eq!((index.len(), index.earliest()), (0, None));
    }

    #[test]
    fn random_changes_agree_with_a_sorted_map() {
        for seed in 0..200_u64 {
            let mut random = seed.wrapping_add(1);
            let mut next = |below: u64| {
                random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                (random >> 33) % below
            };
            let mut index = Index::default();
            // By object: when it is due, and whether it was taken.
            let mut model = BTreeMap::<u64, (i64, bool)>::new();
            for _ in 0..300 {
                let number = next(40);
                match next(5) {
                    0 | 1 => {
                        let due = i64::try_from(next(50)).unwrap();
                        index.set(entry(number, due));
                        let known = model.entry(number).or_insert((due, false));
                        if known.0 != due {
                            *known = (due, false);
                        }
                    }
                    2 => {
                        index.remove(&id(number));
                        model.remove(&number);
                    }
                    3 => {
                        let now = i64::try_from(next(50)).unwrap();
                        let taken = index.take_due(Time::from_ms(now));
                        let earliest = model.values().filter(|(_, taken)| !taken).map(|(due, _)| *due).min();
                        assert_eq!(taken.map(|entry| entry.due.to_ms()), earliest.filter(|due| *due <= now));
                        if let Some(taken) = taken {
                            let number = u64::from_be_bytes(taken.id.to_bytes()[24..].try_into().unwrap());
                            model.get_mut(&number).unwrap().1 = true;
                        }
                    }
                    _ => {
                        index.give_back(&id(number));
                        model.entry(number).and_modify(|known| known.1 = false);
                    }
                }
                let earliest = model.values().filter(|(_, taken)| !taken).map(|(due, _)| *due).min();
                assert_eq!(index.earliest().map(Time::to_ms), earliest, "seed {seed}");
                assert_eq!(index.len(), model.len(), "seed {seed}");
            }
            let mut left: Vec<i64> = drain(&mut index).iter().map(|entry| entry.due.to_ms()).collect();
            let mut expected: Vec<i64> =
                model.values().filter(|(_, taken)| !taken).map(|(due, _)| *due).collect();
            assert!(left.is_sorted(), "seed {seed}");
            left.sort_unstable();
            expected.sort_unstable();
            assert_eq!(left, expected, "seed {seed}");
        }
    }

    #[test]
    fn a_hundred_thousand_alarms_take_64_bytes_each() {
        let mut index = Index::default();
        for number in 0..100_000 {
            index.set(entry(number, 1_000_000 - i64::try_from(number % 1_000).unwrap()));
        }
        let each = index.bytes() / index.len();
        assert!(each <= 64, "{each} bytes an alarm");
    }
}
