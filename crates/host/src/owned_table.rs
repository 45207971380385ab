//! A table of what owners have under way. Promises to say at once whether an owner has anything in it, however much others
//! have, or had once.

use crate::table::{Handle, Table};

/// What belongs to a Worker or an object, by its number. It never changes hands.
pub(crate) trait Owned {
    fn owner(&self) -> u32;
}

#[derive(Debug)]
pub(crate) struct OwnedTable<T> {
    table: Table<T>,
    /// How many entries each owner has; the numbers of owners are small and used again.
    counts: Vec<u32>,
}

impl<T> Default for OwnedTable<T> {
    fn default() -> Self {
        OwnedTable { table: Table::default(), counts: Vec::new() }
    }
}

impl<T: Owned> OwnedTable<T> {
    pub(crate) fn insert(&mut self, value: T) -> Handle {
        let owner = value.owner() as usize;
        if self.counts.len() <= owner {
            self.counts.resize(owner + 1, 0);
        }
        self.counts[owner] += 1;
        self.table.insert(value)
    }

    pub(crate) fn get(&self, handle: Handle) -> Option<&T> {
        self.table.get(handle)
    }

    pub(crate) fn get_mut(&mut self, handle: Handle) -> Option<&mut T> {
        self.table.get_mut(handle)
    }

    pub(crate) fn remove(&mut self, handle: Handle) -> Option<T> {
        let value = self.table.remove(handle)?;
        self.counts[value.owner() as usize] -= 1;
        Some(value)
    }

    /// Whether `owner` has anything here.
    pub(crate) fn has(&self, owner: u32) -> bool {
        self.counts.get(owner as usize).is_some_and(|count| *count > 0)
    }

    /// What `owner` has here, with its numbers.
    pub(crate) fn of(&self, owner: u32) -> impl Iterator<Item = (Handle, &T)> {
        let all = self.has(owner).then(|| self.table.iter());
        all.into_iter().flatten().filter(move |(_, value)| value.owner() == owner)
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
}
