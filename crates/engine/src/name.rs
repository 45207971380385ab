//! Names of properties, prepared once: `object.get_name(scope, &name)` converts nothing.

use crate::string::JsString;
use std::fmt;
use std::rc::Rc;

/// The name of a property. Cheap to clone; good for every VM of the thread.
#[derive(Clone)]
pub struct Name(Rc<JsString>);

impl Name {
    /// Prepares `text` as a property name.
    pub fn new(text: &str) -> Self {
        Self(Rc::new(JsString::new(text)))
    }

    pub(crate) fn string(&self) -> &JsString {
        &self.0
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Name({:?})", crate::utf::to_string(self.0.units()))
    }
}
