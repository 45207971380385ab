//! URL parsing for `js/url.js`: the `url` crate, which implements the WHATWG standard.
//!
//! `parse` and `set` leave the places of the components in `words`, a typed array both sides see. A serialised URL is
//! ASCII, so a place in bytes is a place in characters.

use holdfast_engine::{Object, Result, Scope, SharedWords};
use percent_encoding::percent_decode_str;
use std::rc::Rc;
use url::{Position, Url, quirks};

/// The places `js/url.js` keeps, in its order.
const PLACES: [Position; 7] = [
    Position::AfterScheme,
    Position::BeforeHost,
    Position::AfterHost,
    Position::AfterPort,
    Position::BeforePath,
    Position::AfterPath,
    Position::AfterQuery,
];

pub(super) fn install<'s>(scope: &Scope<'s>, group: Object<'s>) -> Result<'s, ()> {
    let (array, words) = scope.shared_words(PLACES.len());
    let words = Rc::new(words);
    group.set(scope, "words", array)?;

    // (input, base) -> the serialised URL, `true` when that is the input itself, null when the input is no URL.
    let places = Rc::clone(&words);
    let parse = scope.function("parse", move |scope, call| {
        let input = call.arg(0).to_string(scope)?;
        let parsed = if call.arg(1).is_undefined() {
            Url::parse(&input)
        } else {
            let base = call.arg(1).to_string(scope)?;
            Url::parse(&base).and_then(|base| base.join(&input))
        };
        let Ok(url) = parsed else { return Ok(scope.null()) };
        write_places(&url, &places);
        Ok(if url.as_str() == input { scope.boolean(true) } else { scope.string(url.as_str()) })
    });
    group.set(scope, "parse", parse)?;

    // (href, component, value) -> the serialised URL, the same when the value does not fit; null, and nothing changes,
    // when `href` cannot be read again.
    let set = scope.function("set", move |scope, call| {
        let href = call.arg(0).to_string(scope)?;
        let Ok(mut url) = Url::parse(&href) else { return Ok(scope.null()) };
        let component = call.arg(1).to_string(scope)?;
        let value = call.arg(2).to_string(scope)?;
        set_component(&mut url, &component, &value);
        write_places(&url, &words);
        Ok(scope.string(url.as_str()))
    });
    group.set(scope, "set", set)?;

    let decode = scope.function("decodeComponent", |scope, call| {
        let text = call.arg(0).to_string(scope)?;
        Ok(scope.string(&percent_decode_str(&text).decode_utf8_lossy()))
    });
    group.set(scope, "decodeComponent", decode)
}

fn write_places(url: &Url, words: &SharedWords) {
    for (index, place) in PLACES.into_iter().enumerate() {
        let length = url[..place].len();
        words.set(index, i32::try_from(length).unwrap_or(i32::MAX));
    }
}

/// The standard says that a setter with an unusable value does nothing, so the errors mean nothing here.
fn set_component(url: &mut Url, component: &str, value: &str) {
    match component {
        "protocol" => drop(quirks::set_protocol(url, value)),
        "username" => drop(quirks::set_username(url, value)),
        "password" => drop(quirks::set_password(url, value)),
        "host" => drop(quirks::set_host(url, value)),
        "hostname" => drop(quirks::set_hostname(url, value)),
        "port" => drop(quirks::set_port(url, value)),
        "pathname" => quirks::set_pathname(url, value),
        "search" => quirks::set_search(url, value),
        "hash" => quirks::set_hash(url, value),
        other => unreachable!("js/url.js sets no component {other}"),
    }
}
