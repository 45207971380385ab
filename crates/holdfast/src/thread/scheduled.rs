//! Requests that fire a cron trigger, as `wrangler dev --test-scheduled` has them: `/__scheduled`, and the way by which
//! newer tools do it, `/cdn-cgi/handler/scheduled`.

use form_urlencoded::parse;
use holdfast_link::{Body, Outcome, Response};
use std::time::{SystemTime, UNIX_EPOCH};

/// What is to be fired, and how the answer looks.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Trigger {
    pub(super) cron: String,
    pub(super) scheduled_ms: i64,
    pub(super) shows: Shows,
}

/// How an answer says how it went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shows {
    /// In a sentence.
    Sentence,
    /// By its name.
    Name,
    Json,
}

impl Trigger {
    /// What a request for `path`, with its query, is to fire, if anything.
    pub(super) fn of(path: &str) -> Option<Trigger> {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let value = |name: &str| {
            let found = parse(query.as_bytes()).find(|(key, _)| key == name);
            found.map(|(_, value)| value.into_owned())
        };
        let is_handler = matches!(path, "/cdn-cgi/handler/scheduled" | "/cdn-cgi/mf/scheduled");
        if path != "/__scheduled" && !is_handler {
            return None;
        }
        let shows = match value("format").as_deref() {
            _ if !is_handler => Shows::Sentence,
            Some("json") => Shows::Json,
            _ => Shows::Name,
        };
        let time = value("time").filter(|_| is_handler).and_then(|time| time.parse().ok());
        let scheduled_ms = time.unwrap_or_else(now_ms);
        Some(Trigger { cron: value("cron").unwrap_or_default(), scheduled_ms, shows })
    }
}

fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

impl Shows {
    pub(super) fn response(self, outcome: &Outcome) -> Response {
        let (name, no_retry) = (outcome.name(), outcome.no_retry);
        let text = match self {
            Shows::Sentence if outcome.is_ok => "Ran scheduled event".to_owned(),
            Shows::Sentence => "The scheduled event failed".to_owned(),
            Shows::Name => name.to_owned(),
            Shows::Json => serde_json::json!({ "outcome": name, "noRetry": no_retry }).to_string(),
        };
        let kind = if self == Shows::Json { "application/json" } else { "text/plain;charset=UTF-8" };
        Response {
            status: if outcome.is_ok { 200 } else { 500 },
            status_text: String::new(),
            headers: vec![("Content-Type".to_owned(), kind.to_owned())],
            body: Body::Full(text.into()),
            websocket: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_that_fire_a_trigger() {
        let of = |path| Trigger::of(path).map(|trigger| (trigger.cron, trigger.scheduled_ms, trigger.shows));
        let cron = |text: &str| text.to_owned();
        assert_eq!(
            of("/cdn-cgi/handler/scheduled?cron=*/5+*+*+*+*&time=1745856238"),
            Some((cron("*/5 * * * *"), 1_745_856_238, Shows::Name))
        );
        assert_eq!(of("/cdn-cgi/mf/scheduled?time=7&format=json"), Some((cron(""), 7, Shows::Json)));
        let plain = of("/__scheduled?cron=0%200%20*%20*%20MON&format=json").unwrap();
        assert_eq!((plain.0, plain.2), (cron("0 0 * * MON"), Shows::Sentence));
        assert!(plain.1 > 1_700_000_000_000);
        for other in ["/", "/__scheduled/", "/a/__scheduled", "/cdn-cgi/handler", "/?x=/__scheduled"] {
            assert_eq!(of(other), None, "{other}");
        }
    }
}
