//! Flags of `wrangler dev` that mean nothing here: dropped before the command line is read.
//!
//! Their syntax is wrangler's: a switch may be `--flag`, `--flag=false`, `--flag false` or `--no-flag`; a list takes every
//! word up to the next flag.

use std::ffi::OsString;

use Takes::{List, Switch, Value};

/// What stands after a flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Takes {
    /// Nothing, or `true` or `false`.
    Switch,
    /// One word.
    Value,
    /// Any number of words.
    List,
}

/// The flags without their dashes, what they take, and what to say when one is used in earnest.
const FLAGS: &[(&str, Takes, Option<&str>)] = &[
    ("local", Switch, None),
    ("l", Switch, None),
    ("remote", Switch, Some("programs run on this machine")),
    ("r", Switch, Some("programs run on this machine")),
    ("show-interactive-dev-session", Switch, None),
    ("live-reload", Switch, None),
    ("bundle", Switch, None),
    ("minify", Switch, None),
    ("latest", Switch, None),
    ("types", Switch, None),
    ("legacy-env", Switch, None),
    ("node-compat", Switch, Some("use the compatibility flag nodejs_compat")),
    ("enable-containers", Switch, None),
    ("tunnel", Switch, Some("there is no tunnel; give --ip 0.0.0.0 to be reached from other machines")),
    ("inspector-port", Value, None),
    ("inspector-ip", Value, None),
    ("local-protocol", Value, Some("it listens with http")),
    ("https-key-path", Value, Some("it listens with http")),
    ("https-cert-path", Value, Some("it listens with http")),
    ("host", Value, None),
    ("local-upstream", Value, None),
    ("upstream-protocol", Value, None),
    ("container-engine", Value, None),
    ("assets", Value, Some("static assets are not supported yet")),
    ("site", Value, Some("static assets are not supported yet")),
    ("site-include", List, None),
    ("site-exclude", List, None),
    ("routes", List, None),
    ("route", List, None),
    ("env-file", List, Some("put the variables in .dev.vars")),
    ("jsx-factory", Value, Some("set jsx_factory in the configuration")),
    ("jsx-fragment", Value, Some("set jsx_fragment in the configuration")),
    ("tsconfig", Value, Some("set tsconfig in the configuration")),
];

/// The command line without such flags, and a remark for each that asked for something.
pub(super) fn drop_foreign(arguments: Vec<OsString>) -> (Vec<OsString>, Vec<String>) {
    let mut kept = Vec::with_capacity(arguments.len());
    let mut remarks = Vec::new();
    let mut rest = arguments.into_iter().peekable();
    // Only `dev` and `check` have wrangler's flags; what stands before the command is ours.
    for word in rest.by_ref() {
        let is_command = word == "dev" || word == "check";
        kept.push(word);
        if is_command {
            break;
        }
    }
    while let Some(word) = rest.next() {
        if word == "--" {
            kept.push(word);
            break;
        }
        let Some((name, takes, remark, on)) = word.to_str().and_then(foreign) else {
            kept.push(word);
            continue;
        };
        let mut on = on;
        let is_flag =
            |word: &OsString| word.to_str().is_some_and(|word| word.starts_with('-') && word.len() > 1);
        match takes {
            _ if word.to_str().is_some_and(|word| word.contains('=')) => {}
            Switch => {
                if let Some(value) = rest.next_if(|next| next == "true" || next == "false") {
                    on = value == "true";
                }
            }
            Value => drop(rest.next_if(|next| !is_flag(next))),
            List => while rest.next_if(|next| !is_flag(next)).is_some() {},
        }
        if let Some(remark) = remark.filter(|_| on) {
            remarks.push(format!("{name} is ignored: {remark}"));
        }
    }
    kept.extend(rest);
    (kept, remarks)
}

/// The flag that `word` is, if it is foreign: its name with dashes, what it takes, its remark, and whether it is turned on.
fn foreign(word: &str) -> Option<(String, Takes, Option<&'static str>, bool)> {
    let (flag, value) = word.split_once('=').map_or((word, None), |(flag, value)| (flag, Some(value)));
    let name = flag.strip_prefix("--").filter(|name| name.len() > 1).or_else(|| {
        let name = flag.strip_prefix('-')?;
        (name.len() == 1).then_some(name)
    })?;
    let off = value == Some("false");
    if name.starts_with("experimental-") || name.starts_with("x-") || name.starts_with("no-x-") {
        return Some((flag.to_owned(), Switch, None, !off));
    }
    let (bare, negated) = match name.strip_prefix("no-") {
        Some(bare) => (bare, true),
        None => (name, false),
    };
    let (_, takes, remark) = FLAGS.iter().find(|(known, ..)| *known == bare)?;
    Some((flag.to_owned(), if negated { Switch } else { *takes }, *remark, !off && !negated))
}
