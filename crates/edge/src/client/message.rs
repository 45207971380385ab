//! Requests out, responses in: between plain data and hyper's types.

use hyper::ext::ReasonPhrase;
use hyper::header::{HeaderName, HeaderValue};
use hyper::http::uri::{Authority, PathAndQuery, Uri};
use hyper::http::{HeaderMap, Method, Request, Response};

use super::error::{Error, ErrorKind};
use crate::http::{Body, is_hop_by_hop};

/// A request to make.
#[derive(Debug)]
pub struct Outgoing {
    /// Any valid token.
    pub method: String,
    /// Absolute. A fragment is not sent, user and password neither.
    pub url: String,
    /// In this order. `Host` comes from the URL; what concerns only the connection is left out.
    pub headers: Vec<(String, Vec<u8>)>,
    /// What to send.
    pub body: Body,
}

/// A response.
#[derive(Debug)]
pub struct Reply {
    /// 100 to 999.
    pub status: u16,
    /// As sent, or the usual one.
    pub status_text: String,
    /// Lower-case names, in the order they came, without those that concern only the connection.
    pub headers: Vec<(String, Vec<u8>)>,
    /// Not decoded.
    pub body: Body,
}

/// The request as hyper has it.
pub(super) fn request(outgoing: Outgoing) -> Result<Request<Body>, Error> {
    let Outgoing { method, url, headers, body } = outgoing;
    let method = Method::from_bytes(method.as_bytes())
        .map_err(|_| Error::new(ErrorKind::InvalidRequest, format!("`{method}` is not an HTTP method")))?;
    let uri = uri(&url)?;
    let measured = body.length().is_some();
    let mut request = Request::new(body);
    // What hyper knows better: the length of a body that is here.
    append(request.headers_mut(), headers, |name| name == "content-length" && measured)?;
    *request.method_mut() = method;
    *request.uri_mut() = uri;
    Ok(request)
}

/// The URL without what is not sent.
pub(super) fn uri(url: &str) -> Result<Uri, Error> {
    let invalid = || Error::new(ErrorKind::InvalidUrl, format!("`{url}` is not an absolute URL"));
    let without_fragment = url.split_once('#').map_or(url, |(front, _)| front);
    let mut parts = without_fragment.parse::<Uri>().map_err(|_| invalid())?.into_parts();
    let authority = parts.authority.take().ok_or_else(invalid)?;
    let host_and_port = authority.as_str().rsplit_once('@').map_or(authority.as_str(), |(_, host)| host);
    parts.authority = Some(Authority::try_from(host_and_port).map_err(|_| invalid())?);
    parts.path_and_query.get_or_insert(PathAndQuery::from_static("/"));
    Uri::from_parts(parts).map_err(|_| invalid())
}

/// Adds the headers that are the program's to set.
pub(super) fn append(
    map: &mut HeaderMap,
    headers: Vec<(String, Vec<u8>)>,
    leave_out: impl Fn(&str) -> bool,
) -> Result<(), Error> {
    for (name, value) in headers {
        let invalid = || Error::new(ErrorKind::InvalidRequest, format!("the header `{name}` cannot be sent"));
        let known = HeaderName::try_from(&name).map_err(|_| invalid())?;
        // The client's address is ours to say on the way in, and nobody's business on the way out.
        let ours = matches!(known.as_str(), "host" | "cf-connecting-ip");
        if !ours && !is_hop_by_hop(known.as_str()) && !leave_out(known.as_str()) {
            map.append(known, HeaderValue::try_from(value).map_err(|_| invalid())?);
        }
    }
    Ok(())
}

/// hyper's response as plain data.
pub(super) fn reply(response: Response<hyper::body::Incoming>) -> Reply {
    let (parts, body) = response.into_parts();
    let reason =
        parts.extensions.get::<ReasonPhrase>().map(|reason| String::from_utf8_lossy(reason.as_bytes()));
    let status_text = reason.unwrap_or_else(|| parts.status.canonical_reason().unwrap_or_default().into());
    Reply {
        status: parts.status.as_u16(),
        status_text: status_text.into_owned(),
        headers: plain(&parts.headers),
        body: Body::from_hyper(body),
    }
}

pub(super) fn plain(map: &HeaderMap) -> Vec<(String, Vec<u8>)> {
    let pairs = map.iter().filter(|(name, _)| !is_hop_by_hop(name.as_str()));
    pairs.map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec())).collect()
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn urls_lose_what_is_not_sent() {
        for (url, expected) in [
            ("http://a.example", Some("http://a.example/")),
            ("https://a.example:444/b?c#d", Some("https://a.example:444/b?c")),
            ("https://me:secret@a.example/", Some("https://a.example/")),
            ("http://[::1]:80/?x", Some("http://[::1]:80/?x")),
            ("/relative", None),
            ("nonsense", None),
            ("http://", None),
        ] {
            assert_eq!(uri(url).ok().map(|uri| uri.to_string()).as_deref(), expected, "{url}");
        }
    }
}
