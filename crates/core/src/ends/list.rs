//! Ends of one owner: those it holds, in the order they were accepted, or its others.
//!
//! Promises that taking one out, and finding those with a tag, cost the same however many others there are. Those that are
//! gone leave gaps, which go when they are most of the list. The index of tags is made when a tag is first asked for: an owner
//! that never asks has none.

use std::collections::HashMap;

/// In place of an end that is gone.
const GAP: u32 = u32::MAX;

#[derive(Debug, Default)]
pub(super) struct List {
    indexes: Vec<u32>,
    gaps: usize,
    /// Places in the list by tag, in order. An end that is gone stays until its tag is asked for.
    tagged: Option<HashMap<Box<str>, Vec<u32>>>,
}

impl List {
    pub(super) fn len(&self) -> usize {
        self.indexes.len() - self.gaps
    }

    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = u32> {
        self.indexes.iter().copied().filter(|index| *index != GAP)
    }

    /// Adds an end behind the others; answers its place.
    pub(super) fn push(&mut self, index: u32, tags: &[Box<str>]) -> u32 {
        let place = u32::try_from(self.indexes.len()).expect("fewer ends than 2^32");
        self.indexes.push(index);
        if let Some(tagged) = &mut self.tagged {
            note(tagged, place, tags);
        }
        place
    }

    /// Takes out the end at a place. When that moved the others, the answer is all of them, the place of each being its
    /// position.
    pub(super) fn leave(&mut self, place: u32) -> Option<&[u32]> {
        self.indexes[place as usize] = GAP;
        self.gaps += 1;
        if self.gaps <= self.indexes.len() / 2 {
            return None;
        }
        self.indexes.retain(|index| *index != GAP);
        self.gaps = 0;
        self.tagged = None;
        Some(&self.indexes)
    }

    /// The ends with a tag, in order. `tags_of` tells the tags of an end.
    pub(super) fn with_tag<'t>(&mut self, tag: &str, tags_of: impl Fn(u32) -> &'t [Box<str>]) -> Vec<u32> {
        let indexes = &self.indexes;
        let tagged = self.tagged.get_or_insert_with(|| {
            let mut tagged = HashMap::new();
            for (place, index) in (0..).zip(indexes).filter(|(_, index)| **index != GAP) {
                note(&mut tagged, place, tags_of(*index));
            }
            tagged
        });
        let Some(places) = tagged.get_mut(tag) else { return Vec::new() };
        places.retain(|place| indexes[*place as usize] != GAP);
        let found = places.iter().map(|place| indexes[*place as usize]).collect();
        if places.is_empty() {
            tagged.remove(tag);
        }
        found
    }
}

fn note(tagged: &mut HashMap<Box<str>, Vec<u32>>, place: u32, tags: &[Box<str>]) {
    for tag in tags {
        match tagged.get_mut(tag) {
            Some(places) => places.push(place),
            None => drop(tagged.insert(tag.clone(), vec![place])),
        }
    }
}
