//! Bookmarks: names of points in an object's history.
//!
//! ```text
//!   0000007b-0000b26e-00001538-<32 hexadecimal digits>
//!   └── commit ─────┘ └ part ┘ └ second half of the object's id
//! ```
//!
//! They are ordered as texts as the points are in time, because commits are numbered in one order across all objects and
//! restarts. A bookmark of one object means nothing to another. Part 0 is the state after that commit; the highest part is
//! the state in which the session ends that runs at that commit, which is when a restore takes place.

use holdfast_core::id::ObjectId;

/// The part that stands for the end of a session.
const SESSION_END: u32 = u32::MAX;

/// A point in an object's history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bookmark {
    pub(crate) commit: u64,
    part: u32,
    owner: [u8; 16],
}

/// Why a text is no bookmark of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoBookmark {
    /// It does not look like one.
    Malformed,
    /// It is another object's.
    OtherObject,
}

impl Bookmark {
    /// The state after a commit.
    pub(crate) fn after(id: &ObjectId, commit: u64) -> Self {
        Self { commit, part: 0, owner: owner(id) }
    }

    /// The state before the restore that ends the session.
    pub(crate) fn session_end(id: &ObjectId, commit: u64) -> Self {
        Self { part: SESSION_END, ..Self::after(id, commit) }
    }

    pub(crate) fn is_session_end(&self) -> bool {
        self.part == SESSION_END
    }

    /// Whether a text may be meant as a bookmark.
    pub fn is_like(text: &str) -> bool {
        Self::read(text).is_some()
    }

    /// Reads a bookmark of an object.
    pub fn parse(id: &ObjectId, text: &str) -> Result<Self, NoBookmark> {
        let bookmark = Self::read(text).ok_or(NoBookmark::Malformed)?;
        if bookmark.owner == owner(id) { Ok(bookmark) } else { Err(NoBookmark::OtherObject) }
    }

    fn read(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let mut number = |digits: usize| {
            let part = parts.next()?;
            let is_sound = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_hexdigit());
            is_sound.then(|| u128::from_str_radix(part, 16).ok()).flatten()
        };
        let (high, low, part, owner) = (number(8)?, number(8)?, number(8)?, number(32)?);
        if parts.next().is_some() {
            return None;
        }
        let commit = u64::try_from(high << 32 | low).ok()?;
        Some(Self { commit, part: u32::try_from(part).ok()?, owner: owner.to_be_bytes() })
    }
}

impl std::fmt::Display for Bookmark {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (high, low) = (self.commit >> 32, self.commit & 0xffff_ffff);
        write!(f, "{high:08x}-{low:08x}-{:08x}-{:032x}", self.part, u128::from_be_bytes(self.owner))
    }
}

fn owner(id: &ObjectId) -> [u8; 16] {
    let mut half = [0; 16];
    half.copy_from_slice(&id.bytes()[16..]);
    half
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bookmarks_are_ordered_as_texts_and_read_back() {
        let id = ObjectId::from_trusted_bytes([0xab; 32]);
        let all = [
            Bookmark::after(&id, 0),
            Bookmark::after(&id, 9),
            Bookmark::session_end(&id, 9),
            Bookmark::after(&id, 10),
            Bookmark::after(&id, 0x7b_0000_b26e),
        ];
        let texts: Vec<String> = all.iter().map(ToString::to_string).collect();
        assert!(texts.is_sorted(), "{texts:?}");
        assert_eq!(texts[4], format!("0000007b-0000b26e-00000000-{}", "ab".repeat(16)));
        for (bookmark, text) in all.iter().zip(&texts) {
            assert_eq!(Bookmark::parse(&id, text), Ok(*bookmark));
        }
        let other = ObjectId::from_trusted_bytes([1; 32]);
        assert_eq!(Bookmark::parse(&other, &texts[0]), Err(NoBookmark::OtherObject));
        for text in ["", "0", &texts[0][1..], &format!("{}-", texts[0]), &texts[0].replace('0', "g")] {
            assert_eq!(Bookmark::parse(&id, text), Err(NoBookmark::Malformed), "{text}");
        }
    }
}
