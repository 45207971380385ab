//! A table of what owners have under way. Promises that asking what an owner has, and taking all of it out, cost what it has
//! and no more, however much others have, or had once.

use crate::table::{Handle, Table};

/// What belongs to a Worker or an object, by its number. It never changes hands.
pub(crate) trait Owned {
    fn owner(&self) -> u32;
}

/// In place of the first entry of an owner that has none.
const NOTHING: u32 = u32::MAX;

#[derive(Debug)]
pub(crate) struct OwnedTable<T> {
    table: Table<Linked<T>>,
    /// The place of each owner's first entry; the numbers of owners are small and used again.
    firsts: Vec<u32>,
}

/// An entry, in the ring of its owner's, which are in the order they came.
#[derive(Debug)]
struct Linked<T> {
    value: T,
    before: u32,
    after: u32,
}

impl<T> Default for OwnedTable<T> {
    fn default() -> Self {
        OwnedTable { table: Table::default(), firsts: Vec::new() }
    }
}

impl<T: Owned> OwnedTable<T> {
    pub(crate) fn insert(&mut self, value: T) -> Handle {
        let owner = value.owner() as usize;
        if self.firsts.len() <= owner {
            self.firsts.resize(owner + 1, NOTHING);
        }
        let handle = self.table.insert(Linked { value, before: 0, after: 0 });
        let (place, first) = (handle.index, self.firsts[owner]);
        if first == NOTHING {
            self.firsts[owner] = place;
            self.join(place, place);
        } else {
            let last = self.linked(first).before;
            self.join(last, place);
            self.join(place, first);
        }
        handle
    }

    pub(crate) fn get(&self, handle: Handle) -> Option<&T> {
        self.table.get(handle).map(|linked| &linked.value)
    }

    pub(crate) fn get_mut(&mut self, handle: Handle) -> Option<&mut T> {
        self.table.get_mut(handle).map(|linked| &mut linked.value)
    }

    pub(crate) fn remove(&mut self, handle: Handle) -> Option<T> {
        let Linked { value, before, after } = self.table.remove(handle)?;
        let first = &mut self.firsts[value.owner() as usize];
        if after == handle.index {
            *first = NOTHING;
        } else {
            if *first == handle.index {
                *first = after;
            }
            self.join(before, after);
        }
        Some(value)
    }

    /// Takes out all that `owner` has here.
    pub(crate) fn take_of(&mut self, owner: u32) -> Vec<(Handle, T)> {
        let own: Vec<Handle> = self.of(owner).map(|(handle, _)| handle).collect();
        own.into_iter().filter_map(|handle| Some((handle, self.remove(handle)?))).collect()
    }

    /// Whether `owner` has anything here.
    pub(crate) fn has(&self, owner: u32) -> bool {
        self.first(owner).is_some()
    }

    /// What `owner` has here, with its numbers, in the order it came.
    pub(crate) fn of(&self, owner: u32) -> impl Iterator<Item = (Handle, &T)> {
        let first = self.first(owner);
        let mut next = first;
        std::iter::from_fn(move || {
            let (handle, linked) = self.table.at(next?)?;
            next = Some(linked.after).filter(|_| Some(linked.after) != first);
            Some((handle, &linked.value))
        })
    }

    fn first(&self, owner: u32) -> Option<u32> {
        self.firsts.get(owner as usize).copied().filter(|first| *first != NOTHING)
    }

    fn linked(&mut self, place: u32) -> &mut Linked<T> {
        self.table.at_mut(place).expect("rings have no other entries than the table")
    }

    fn join(&mut self, before: u32, after: u32) {
        self.linked(before).after = after;
        self.linked(after).before = before;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Owned for (u32, &str) {
        fn owner(&self) -> u32 {
            self.0
        }
    }

    #[test]
    fn owners_have_what_was_entered_and_not_removed() {
        let mut table = OwnedTable::default();
        assert!(!table.has(300));
        let first = table.insert((300, "a"));
        let second = table.insert((300, "b"));
        table.insert((0, "c"));
        assert_eq!(
            table.of(300).map(|(handle, value)| (handle, value.1)).collect::<Vec<_>>(),
            [(first, "a"), (second, "b")]
        );
        assert_eq!(table.remove(first), Some((300, "a")));
        assert_eq!((table.remove(first), table.get(first)), (None, None));
        table.insert((1, "d"));
        assert!(table.has(300) && table.has(1));
        table.remove(second);
        assert!(!table.has(300) && table.has(0));
        assert_eq!(table.of(300).count(), 0);
    }

    #[test]
    fn what_an_owner_has_is_in_the_order_it_came_whatever_left() {
        let mut table = OwnedTable::default();
        let mut model: Vec<(Handle, u32)> = Vec::new();
        for round in 0..300_u32 {
            let owner = round % 3;
            model.push((table.insert((owner, "entry")), owner));
            if round % 2 == 1 {
                let (handle, owner) = model.remove(model.len() * (round as usize % 5) / 5);
                assert_eq!(table.remove(handle), Some((owner, "entry")));
            }
            for owner in 0..3 {
                let own = model.iter().filter(|(_, other)| *other == owner).map(|(handle, _)| *handle);
                let listed = table.of(owner).map(|(handle, _)| handle);
                assert_eq!(listed.collect::<Vec<_>>(), own.collect::<Vec<_>>());
            }
        }
        let taken = table.take_of(1);
        assert_eq!(taken.len(), model.iter().filter(|(_, owner)| *owner == 1).count());
        assert!(table.has(0) && !table.has(1) && table.has(2));
        assert_eq!(table.take_of(1).len(), 0);
    }
}
