//! `request.cf`: what Cloudflare's network knows of a request. Programs read it unguarded, so every field is there.

use std::fmt::Write;

use super::request::RequestHead;

/// Where the server is, as far as programs are told. Unknown unless configured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The data centre's short name.
    pub colo: String,
    /// Two letters; Cloudflare's own `XX` means unknown.
    pub country: String,
}

impl Default for Place {
    fn default() -> Place {
        Place { colo: "LOC".to_owned(), country: "XX".to_owned() }
    }
}

/// The data of `request.cf`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cf<'a> {
    /// Where we are.
    pub place: &'a Place,
    /// `HTTP/1.1` or `HTTP/2`.
    pub http_protocol: &'a str,
    /// Empty without TLS.
    pub tls_version: &'a str,
    /// Empty without TLS.
    pub tls_cipher: &'a str,
    /// What the client put in `Accept-Encoding`.
    pub client_accept_encoding: &'a str,
}

impl<'a> Cf<'a> {
    /// What is known of a request.
    pub fn of(head: &'a RequestHead, place: &'a Place) -> Cf<'a> {
        let encoding = head.header("accept-encoding").and_then(|value| std::str::from_utf8(value).ok());
        Cf {
            place,
            http_protocol: head.version,
            tls_version: "",
            tls_cipher: "",
            client_accept_encoding: encoding.unwrap_or_default(),
        }
    }

    /// The object as JSON.
    pub fn to_json(&self) -> String {
        let mut json = String::with_capacity(640);
        json.push('{');
        let strings = [
            ("colo", &*self.place.colo),
            ("country", &*self.place.country),
            ("httpProtocol", self.http_protocol),
            ("tlsVersion", self.tls_version),
            ("tlsCipher", self.tls_cipher),
            ("clientAcceptEncoding", self.client_accept_encoding),
            ("requestPriority", ""),
            ("asOrganization", ""),
            ("city", ""),
            ("continent", ""),
            ("region", ""),
            ("regionCode", ""),
            ("postalCode", ""),
            ("metroCode", ""),
            ("timezone", "Etc/UTC"),
            ("latitude", "0.00000"),
            ("longitude", "0.00000"),
        ];
        for (name, value) in strings {
            push_member(&mut json, name, value);
        }
        json.push_str("\"asn\":0,\"clientTcpRtt\":0,\"edgeRequestKeepAliveStatus\":1,\"isEUCountry\":\"0\"}");
        json
    }
}

fn push_member(json: &mut String, name: &str, value: &str) {
    json.push('"');
    json.push_str(name);
    json.push_str("\":\"");
    for character in value.chars() {
        match character {
            '"' | '\\' => json.extend(['\\', character]),
            '\0'..' ' => write!(json, "\\u{:04x}", u32::from(character)).expect("a string takes everything"),
            _ => json.push(character),
        }
    }
    json.push_str("\",");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_json_whatever_the_client_sends() {
        let head = RequestHead {
            method: "GET".into(),
            url: "http://example.com/".into(),
            version: "HTTP/1.1",
            headers: vec![("accept-encoding".into(), b"gzip, \"\\\t\x7f".to_vec())],
        };
        let json = Cf::of(&head, &Place::default()).to_json();
        assert!(
            json.starts_with("{\"colo\":\"LOC\",\"country\":\"XX\",\"httpProtocol\":\"HTTP/1.1\","),
            "{json}"
        );
        assert!(json.contains("\"clientAcceptEncoding\":\"gzip, \\\"\\\\\\u0009\x7f\","), "{json}");
        assert!(json.ends_with("\"isEUCountry\":\"0\"}"), "{json}");
    }
}
