//! The program's compatibility flags, for `js/flags.js`.

use crate::flags::Flags;
use holdfast_engine::{Object, Result, Scope};

/// `on` and `off`: names, separated by commas.
pub(super) fn install<'s>(scope: &Scope<'s>, group: Object<'s>, flags: &Flags) -> Result<'s, ()> {
    for (name, wanted) in [("on", true), ("off", false)] {
        let names: Vec<_> = flags.iter().filter(|&(_, on)| on == wanted).map(|(name, _)| name).collect();
        group.set(scope, name, scope.string(&names.join(",")))?;
    }
    Ok(())
}
