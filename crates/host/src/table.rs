//! A table whose places are used again, with a generation that tells one use from the next.

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
    /// Enters a value; answers its index and generation.
    pub(crate) fn insert(&mut self, value: T) -> (u32, u32) {
        if let Some(index) = self.free.pop() {
            let slot = &mut self.slots[index as usize];
            slot.1 = Some(value);
            return (index, slot.0);
        }
        let index = u32::try_from(self.slots.len()).expect("fewer entries than 2^32");
        self.slots.push((0, Some(value)));
        (index, 0)
    }

    pub(crate) fn get(&self, index: u32) -> Option<&T> {
        self.slots.get(index as usize)?.1.as_ref()
    }

    pub(crate) fn get_mut(&mut self, index: u32) -> Option<&mut T> {
        self.slots.get_mut(index as usize)?.1.as_mut()
    }

    pub(crate) fn generation(&self, index: u32) -> Option<u32> {
        self.slots.get(index as usize).filter(|slot| slot.1.is_some()).map(|slot| slot.0)
    }

    pub(crate) fn remove(&mut self, index: u32) -> Option<T> {
        let slot = self.slots.get_mut(index as usize)?;
        let value = slot.1.take()?;
        slot.0 = slot.0.wrapping_add(1);
        self.free.push(index);
        Some(value)
    }

    /// Removes the value at `index` if it is the one entered with `generation`.
    pub(crate) fn remove_current(&mut self, index: u32, generation: u32) -> Option<T> {
        if self.generation(index)? != generation {
            return None;
        }
        self.remove(index)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &T)> {
        self.slots
            .iter()
            .enumerate()
            .filter_map(|(index, slot)| Some((u32::try_from(index).ok()?, slot.1.as_ref()?)))
    }
}
