//! What the server itself says about a request (`workers-api.md` 9, "Injected headers").
//!
//! Copies sent by a client are removed, so that a program can trust them. A trusted proxy's word is taken for who the
//! client is and how it came.

use std::net::IpAddr;

use super::cf::Place;
use super::proxies::Network;
use super::request::RequestHead;
use crate::handshake::random;

/// Who sent the request, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The client.
    pub client: IpAddr,
    /// `http`, or what a trusted proxy says.
    pub scheme: &'static str,
}

/// Headers besides `cf-*` that only the server sets.
const OURS: [&str; 4] = ["x-real-ip", "x-forwarded-for", "x-forwarded-proto", "true-client-ip"];

/// Replaces the headers that are the server's to set, and says what they are made from.
pub fn stamp(head: &mut RequestHead, peer: IpAddr, trusted: &[Network], place: &Place) -> Origin {
    let peer = peer.to_canonical();
    let trusts = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    let origin =
        if trusts(peer) { told(head, peer, trusts) } else { Origin { client: peer, scheme: "http" } };
    let forwarded_for = if trusts(peer) { forwarded_addresses(head) } else { Vec::new() };
    head.headers.retain(|(name, _)| !name.starts_with("cf-") && !OURS.contains(&&**name));

    let client = origin.client.to_string();
    let chain: Vec<String> = forwarded_for.iter().chain([&peer]).map(IpAddr::to_string).collect();
    let ray = format!("{:016x}-{}", u64::from_ne_bytes(random()), place.colo);
    let mut set = |name: &str, value: String| head.headers.push((name.to_owned(), value.into_bytes()));
    set("cf-connecting-ip", client.clone());
    set("cf-ipcountry", place.country.clone());
    set("cf-ray", ray);
    set("cf-visitor", format!("{{\"scheme\":\"{}\"}}", origin.scheme));
    set("x-forwarded-for", chain.join(", "));
    set("x-forwarded-proto", origin.scheme.to_owned());
    set("x-real-ip", client);
    origin
}

/// What a trusted proxy says: its `CF-Connecting-IP`, or the last address in `X-Forwarded-For` that is no proxy of ours.
fn told(head: &RequestHead, peer: IpAddr, trusts: impl Fn(IpAddr) -> bool) -> Origin {
    let connecting = head.header("cf-connecting-ip").and_then(address);
    let forwarded = || {
        let addresses = forwarded_addresses(head);
        let outside = addresses.iter().rfind(|address| !trusts(**address)).copied();
        outside.or(addresses.first().copied())
    };
    let secure = head.header("x-forwarded-proto").is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"https"));
    Origin {
        client: connecting.or_else(forwarded).unwrap_or(peer),
        scheme: if secure { "https" } else { "http" },
    }
}

fn forwarded_addresses(head: &RequestHead) -> Vec<IpAddr> {
    let lines = head.headers.iter().filter(|(name, _)| name == "x-forwarded-for");
    lines.flat_map(|(_, value)| value.split(|byte| *byte == b',')).filter_map(address).collect()
}

fn address(text: &[u8]) -> Option<IpAddr> {
    std::str::from_utf8(text).ok()?.trim().parse().ok().map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The named headers after stamping a request from `peer` that had `headers`; 10.0.0.0/8 is trusted.
    fn check(peer: &str, headers: &[(&str, &str)], expected: &[(&str, Option<&str>)]) {
        let mut head = RequestHead {
            method: "GET".into(),
            url: "http://example.com/".into(),
            version: "HTTP/1.1",
            headers: headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.as_bytes().to_vec()))
                .collect(),
        };
        let trusted = ["10.0.0.0/8".parse().expect("a network")];
        let origin = stamp(&mut head, peer.parse().expect("an address"), &trusted, &Place::default());
        assert_eq!(head.header("x-real-ip"), Some(origin.client.to_string().as_bytes()));
        for (name, value) in expected {
            let all: Vec<_> = head.headers.iter().filter(|(known, _)| known == name).collect();
            assert!(all.len() <= 1, "{name} is there once");
            assert_eq!(head.header(name), value.map(str::as_bytes), "{name}");
        }
    }

    #[test]
    fn a_client_cannot_forge_them() {
        check(
            "203.0.113.7",
            &[
                ("cf-connecting-ip", "1.2.3.4"),
                ("cf-made-up", "x"),
                ("x-forwarded-for", "1.2.3.4"),
                ("x-real-ip", "1.2.3.4"),
                ("x-forwarded-proto", "https"),
                ("accept", "*/*"),
            ],
            &[
                ("cf-connecting-ip", Some("203.0.113.7")),
                ("x-real-ip", Some("203.0.113.7")),
                ("x-forwarded-for", Some("203.0.113.7")),
                ("x-forwarded-proto", Some("http")),
                ("cf-visitor", Some("{\"scheme\":\"http\"}")),
                ("cf-made-up", None),
                ("accept", Some("*/*")),
            ],
        );
    }

    #[test]
    fn a_trusted_proxy_is_believed() {
        check(
            "10.0.0.1",
            &[
                ("x-forwarded-for", "6.6.6.6, 203.0.113.7"),
                ("x-forwarded-for", "10.9.9.9"),
                ("x-forwarded-proto", "https"),
            ],
            &[
                ("cf-connecting-ip", Some("203.0.113.7")),
                ("x-forwarded-for", Some("6.6.6.6, 203.0.113.7, 10.9.9.9, 10.0.0.1")),
                ("x-forwarded-proto", Some("https")),
            ],
        );
        check(
            "::ffff:10.0.0.1",
            &[("cf-connecting-ip", "203.0.113.8"), ("x-forwarded-for", "1.1.1.1")],
            &[("cf-connecting-ip", Some("203.0.113.8")), ("x-forwarded-proto", Some("http"))],
        );
        check("10.0.0.1", &[("x-forwarded-for", "garbage")], &[("cf-connecting-ip", Some("10.0.0.1"))]);
    }
}
