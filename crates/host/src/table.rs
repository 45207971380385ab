//! A table whose places are used again, under names that are not.

use holdfast_link::CallId;

/// Names an entry of a table, and never another one: a name outlives its entry in queues, in other threads and in the
/// program's memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Handle {
    pub(crate) index: u32,
    /// Tells an entry from an earlier one in the same place.
    pub(crate) generation: u32,
}

impl From<CallId> for Handle {
    fn from(call: CallId) -> Handle {
        Handle { index: call.index, generation: call.generation }
    }
}

/// Handles are whole numbers in JavaScript, which are exact up to 2^53.
const INDEX_BITS: u32 = 26;
const GENERATION_BITS: u32 = 53 - INDEX_BITS;

impl Handle {
    /// The handle as a JavaScript number.
    #[expect(clippy::cast_precision_loss, reason = "53 bits are exact")]
    pub(crate) fn to_number(self) -> f64 {
        (u64::from(self.generation) << INDEX_BITS | u64::from(self.index)) as f64
    }

    /// The handle that a number of [`Handle::to_number`] stands for. Any other number stands for no entry, or for one
    /// that the program could have named all the same.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a number of ours")]
    pub(crate) fn from_number(number: f64) -> Handle {
        let bits = number as u64;
        Handle { index: bits as u32 & ((1 << INDEX_BITS) - 1), generation: (bits >> INDEX_BITS) as u32 }
    }
}

#[derive(Debug)]
pub(crate) struct Table<T> {
    slots: Vec<(u32, Option<T>)>,
    free: Vec<u32>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Table { slots: Vec::new(), free: Vec::new() }
    }
}

impl<T> Table<T> {
    pub(crate) fn insert(&mut self, value: T) -> Handle {
        if let Some(index) = self.free.pop() {
            let slot = &mut self.slots[index as usize];
            slot.1 = Some(value);
            return Handle { index, generation: slot.0 };
        }
        let index = u32::try_from(self.slots.len()).ok().filter(|index| index >> INDEX_BITS == 0);
        let index = index.expect("fewer entries than 2^26");
        self.slots.push((0, Some(value)));
        Handle { index, generation: 0 }
    }

    pub(crate) fn get(&self, handle: Handle) -> Option<&T> {
        let slot = self.slots.get(handle.index as usize)?;
        slot.1.as_ref().filter(|_| slot.0 == handle.generation)
    }

    pub(crate) fn get_mut(&mut self, handle: Handle) -> Option<&mut T> {
        let slot = self.slots.get_mut(handle.index as usize)?;
        slot.1.as_mut().filter(|_| slot.0 == handle.generation)
    }

    pub(crate) fn remove(&mut self, handle: Handle) -> Option<T> {
        let slot = self.slots.get_mut(handle.index as usize).filter(|slot| slot.0 == handle.generation)?;
        let value = slot.1.take()?;
        slot.0 = (slot.0 + 1) & ((1 << GENERATION_BITS) - 1);
        self.free.push(handle.index);
        Some(value)
    }

    /// The entry in a place, with its name.
    pub(crate) fn at(&self, index: u32) -> Option<(Handle, &T)> {
        let (generation, value) = self.slots.get(index as usize)?;
        Some((Handle { index, generation: *generation }, value.as_ref()?))
    }

    /// The same, to change it.
    pub(crate) fn at_mut(&mut self, index: u32) -> Option<&mut T> {
        self.slots.get_mut(index as usize)?.1.as_mut()
    }
}

#[cfg(test)]
mod tests {
    use super::{GENERATION_BITS, Handle, INDEX_BITS, Table};

    #[test]
    fn a_handle_names_one_entry() {
        let mut table = Table::default();
        let first = table.insert("first");
        assert_eq!(table.remove(first), Some("first"));
        let second = table.insert("second");
        assert_eq!(second.index, first.index, "the place is used again");
        assert_eq!(table.get(first), None);
        assert_eq!(table.get_mut(first), None);
        assert_eq!(table.remove(first), None);
        assert_eq!(table.get(second), Some(&"second"));
        assert_eq!((table.at(second.index), table.at(9)), (Some((second, &"second")), None));
    }

    #[test]
    fn a_handle_survives_as_a_number() {
        let last = Handle { index: (1 << INDEX_BITS) - 1, generation: (1 << GENERATION_BITS) - 1 };
        for handle in [Handle { index: 0, generation: 0 }, Handle { index: 7, generation: 1 }, last] {
            assert_eq!(Handle::from_number(handle.to_number()), handle);
        }
    }
}
