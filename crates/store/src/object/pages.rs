//! An object's database page by page, as whoever keeps its past needs it.

use std::sync::Arc;

use super::Object;
use crate::{
    durability::Missing,
    error::{Error, Result},
};

impl Object {
    /// How many pages the database has after the last commit, durable or not; 0 when nothing was stored.
    pub fn page_count(&self) -> Result<u32> {
        self.usable()?;
        if !self.open(Missing::Refuse)? {
            return Ok(0);
        }
        let image = self.data.image.borrow();
        Ok(image.as_ref().map_or(0, |in_use| in_use.image.page_count()))
    }

    /// Lets a test change the open database by other means than a transaction of ours. What it writes is committed, or
    /// rolled back, with the next one.
    #[cfg(test)]
    pub(crate) fn write_outside_transactions(&self) {
        self.data.image.borrow().as_ref().expect("the database is open").image.begin_changes();
    }

    /// A page after the last commit, by its number from 1, as it is in records and in the file. `None` past the end.
    pub fn page(&self, number: u32) -> Result<Option<Arc<[u8]>>> {
        self.usable()?;
        if !self.open(Missing::Refuse)? {
            return Ok(None);
        }
        let image = self.data.image.borrow();
        let image = &image.as_ref().expect("an open database is on an image").image;
        image.page(number).map_err(|error| Error::io(&error, "read", image.path()))
    }
}
