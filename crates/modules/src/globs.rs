//! Wrangler's module rules: which files are something else than JavaScript.
//!
//! A rule claims the files that match one of its globs. The first rule wins; a rule without `fallthrough` ends its
//! kind, so that later rules of that kind, the defaults included, no longer apply.

use crate::options::{Rule, RuleKind};

/// The rules that apply, in order, and those that an earlier one has switched off.
#[derive(Debug)]
pub(crate) struct Rules {
    active: Vec<Rule>,
    ended: Vec<Rule>,
}

/// What the rules say about a path.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// A module of this kind.
    Is(RuleKind),
    /// A rule of the user's matches, but an earlier one of the same kind has no `fallthrough`.
    Ended(RuleKind),
    /// No rule speaks of it.
    Free,
}

impl Rules {
    /// The user's rules followed by wrangler's defaults.
    pub(crate) fn new(user: &[Rule]) -> Self {
        let default = |kind, globs: &[&str]| Rule {
            kind,
            globs: globs.iter().map(ToString::to_string).collect(),
            fallthrough: true,
        };
        let defaults = [
            default(RuleKind::Text, &["**/*.txt", "**/*.html", "**/*.sql"]),
            default(RuleKind::Data, &["**/*.bin"]),
            default(RuleKind::CompiledWasm, &["**/*.wasm", "**/*.wasm?module"]),
        ];
        let (mut active, mut ended, mut complete) = (Vec::<Rule>::new(), Vec::new(), Vec::new());
        for (position, rule) in user.iter().chain(&defaults).enumerate() {
            if complete.contains(&rule.kind) {
                if position < user.len() {
                    ended.push(rule.clone());
                }
                continue;
            }
            if !rule.fallthrough {
                complete.push(rule.kind);
            }
            active.push(rule.clone());
        }
        Self { active, ended }
    }

    /// What a file is, by any of its names (as imported, and relative to the project).
    pub(crate) fn verdict(&self, names: &[&str]) -> Verdict {
        let claims = |rule: &&Rule| {
            rule.globs.iter().any(|glob| names.iter().any(|name| matches(glob.as_bytes(), name.as_bytes())))
        };
        if let Some(rule) = self.active.iter().find(claims) {
            return Verdict::Is(rule.kind);
        }
        self.ended.iter().find(claims).map_or(Verdict::Free, |rule| Verdict::Ended(rule.kind))
    }
}

/// Whether a glob matches a whole path: `?` and `*` stay within a folder, `**/` is any number of folders,
/// `{a,b}` one of several, `[ab]` one character of a set. A `?` also matches itself only (`x.wasm?module`).
fn matches(glob: &[u8], path: &[u8]) -> bool {
    match glob {
        [] => path.is_empty(),
        [b'*', b'*', b'/', rest @ ..] => {
            matches(rest, path)
                || path.iter().enumerate().any(|(at, byte)| *byte == b'/' && matches(rest, &path[at + 1..]))
        }
        [b'*', b'*', rest @ ..] => (0..=path.len()).any(|at| matches(rest, &path[at..])),
        [b'*', rest @ ..] => {
            let end = path.iter().position(|byte| *byte == b'/').unwrap_or(path.len());
            (0..=end).any(|at| matches(rest, &path[at..]))
        }
        [b'{', rest @ ..] => {
            let Some(close) = rest.iter().position(|byte| *byte == b'}') else { return false };
            rest[..close].split(|byte| *byte == b',').any(|choice| {
                let tried: Vec<u8> = choice.iter().chain(&rest[close + 1..]).copied().collect();
                matches(&tried, path)
            })
        }
        [b'[', rest @ ..] => {
            let (Some(close), Some(byte)) = (rest.iter().position(|byte| *byte == b']'), path.first()) else {
                return false;
            };
            let set = &rest[..close];
            let ranged = set.windows(3).any(|part| part[1] == b'-' && (part[0]..=part[2]).contains(byte));
            (ranged || set.contains(byte)) && matches(&rest[close + 1..], &path[1..])
        }
        [b'?', rest @ ..] => path.first().is_some_and(|byte| *byte != b'/') && matches(rest, &path[1..]),
        [literal, rest @ ..] => path.first() == Some(literal) && matches(rest, &path[1..]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_match_whole_paths() {
        for (glob, path, expected) in [
            ("**/*.txt", "a.txt", true),
            ("**/*.txt", "./deep/er/a.txt", true),
            ("**/*.txt", "a.txt.js", false),
            ("*.txt", "deep/a.txt", false),
            ("src/*.{html,md}", "src/page.md", true),
            ("src/*.{html,md}", "src/page.js", false),
            ("**/*.wasm?module", "./x.wasm?module", true),
            ("**/[a-c].bin", "x/b.bin", true),
            ("**/[a-c].bin", "x/d.bin", false),
            ("data/**", "data/x/y", true),
        ] {
            assert_eq!(matches(glob.as_bytes(), path.as_bytes()), expected, "{glob} on {path}");
        }
    }

    #[test]
    fn a_rule_without_fallthrough_ends_its_kind() {
        let rule = |glob: &str, fallthrough| Rule {
            kind: RuleKind::Text,
            globs: vec![glob.to_owned()],
            fallthrough,
        };
        let open = Rules::new(&[rule("**/*.md", true)]);
        assert_eq!(open.verdict(&["a.md"]), Verdict::Is(RuleKind::Text));
        assert_eq!(open.verdict(&["a.txt"]), Verdict::Is(RuleKind::Text));
        let closed = Rules::new(&[rule("**/*.md", false), rule("**/*.css", false)]);
        assert_eq!(closed.verdict(&["a.txt"]), Verdict::Free);
        assert_eq!(closed.verdict(&["a.css"]), Verdict::Ended(RuleKind::Text));
        assert_eq!(closed.verdict(&["a.bin"]), Verdict::Is(RuleKind::Data));
    }
}
