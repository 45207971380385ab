//! Negotiating permessage-deflate (RFC 7692, 5 and 7.1) in `Sec-WebSocket-Extensions`.
//!
//! A server takes the first offer it can keep; an offer with a parameter it does not know, or a value that makes no
//! sense, is passed over. A client believes only an answer to what it offered. Other extensions are unknown here.

use super::deflate::{Memory, WINDOW_BITS_MAX, WINDOW_BITS_MIN};

const NAME: &str = "permessage-deflate";
/// The smallest window a parameter may name.
const WINDOW_BITS_NAMED_MIN: u8 = 8;

/// What both sides of a connection agreed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// Our compressor's window is 2^`window_bits` bytes.
    pub window_bits: u8,
    /// Whether our compressor may remember.
    pub sending: Memory,
    /// Whether the peer's compressor may.
    pub receiving: Memory,
}

impl Agreement {
    /// Whether a side remembers.
    pub fn remembers(self) -> bool {
        self.sending == Memory::Keeps || self.receiving == Memory::Keeps
    }
}

/// What we want of a connection's compression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// That each message stands for itself.
    Forget,
    /// That both sides remember what they sent.
    Remember,
    /// That only our own compressor remembers: there is no memory left for what the peer would refer to.
    RememberSent,
}

/// The offer of a client.
pub fn offer(wish: Wish) -> &'static str {
    match wish {
        Wish::Forget => "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
        Wish::Remember => "permessage-deflate",
        Wish::RememberSent => "permessage-deflate; server_no_context_takeover",
    }
}

/// A server's choice among the offers in a header: what holds from now on, and the header that says so.
pub fn accept(offers: &str, wish: Wish) -> Option<(Agreement, String)> {
    let offer = extensions(offers).filter_map(Parameters::parse).find(Parameters::can_be_kept)?;
    let sent = if offer.server_forgets { Memory::Forgets } else { wish.sent() };
    let received = if offer.client_forgets { Memory::Forgets } else { wish.received() };
    let mut answer = NAME.to_owned();
    if sent == Memory::Forgets {
        answer.push_str("; server_no_context_takeover");
    }
    if received == Memory::Forgets {
        answer.push_str("; client_no_context_takeover");
    }
    if let Some(bits) = offer.server_bits {
        answer.push_str(&format!("; server_max_window_bits={bits}"));
    }
    let window_bits = offer.server_bits.unwrap_or(WINDOW_BITS_MAX);
    Some((Agreement { window_bits, sending: sent, receiving: received }, answer))
}

/// Whether a header names permessage-deflate with parameters that make sense.
pub fn is_offered(offers: &str) -> bool {
    extensions(offers).filter_map(Parameters::parse).any(|offer| offer.can_be_kept())
}

/// What the server's answer to our [`offer`] means; an empty one declines it.
///
/// # Errors
/// What is wrong with it: the connection must not be used.
pub fn agree(answer: &str, wish: Wish) -> Result<Option<Agreement>, &'static str> {
    let mut answers = extensions(answer);
    let Some(first) = answers.next() else { return Ok(None) };
    if answers.next().is_some() {
        return Err("names more than one extension");
    }
    if !name(first).eq_ignore_ascii_case(NAME) {
        return Err("names extensions that were not offered");
    }
    let Some(parameters) = Parameters::parse(first) else {
        return Err("has parameters of permessage-deflate that make no sense");
    };
    if parameters.client_bits.is_some() {
        return Err("limits a window that was not offered");
    }
    // A server asked to forget has to say that it does; for one that does not, its messages are remembered.
    let receiving = if parameters.server_forgets { Memory::Forgets } else { Memory::Keeps };
    let sending = if parameters.client_forgets { Memory::Forgets } else { wish.sent() };
    Ok(Some(Agreement { window_bits: WINDOW_BITS_MAX, sending, receiving }))
}

impl Wish {
    fn sent(self) -> Memory {
        match self {
            Wish::Forget => Memory::Forgets,
            Wish::Remember | Wish::RememberSent => Memory::Keeps,
        }
    }

    fn received(self) -> Memory {
        match self {
            Wish::Forget | Wish::RememberSent => Memory::Forgets,
            Wish::Remember => Memory::Keeps,
        }
    }
}

/// The parameters of one offer or answer.
#[derive(Debug, Default)]
struct Parameters {
    server_forgets: bool,
    client_forgets: bool,
    server_bits: Option<u8>,
    /// Named, with or without a value. We expand any window, so the value means nothing to us.
    client_bits: Option<Option<u8>>,
}

impl Parameters {
    /// `None` for another extension, and for parameters that are unknown, doubled or have a wrong value.
    fn parse(extension: &str) -> Option<Parameters> {
        if !name(extension).eq_ignore_ascii_case(NAME) {
            return None;
        }
        let mut parameters = Parameters::default();
        for parameter in parts(extension, b';').skip(1) {
            let (name, value) = match parameter.split_once('=') {
                Some((name, value)) => (name.trim_end(), Some(unquoted(value.trim_start())?)),
                None => (parameter, None),
            };
            let is_new = match (name, value) {
                ("server_no_context_takeover", None) => {
                    !std::mem::replace(&mut parameters.server_forgets, true)
                }
                ("client_no_context_takeover", None) => {
                    !std::mem::replace(&mut parameters.client_forgets, true)
                }
                ("server_max_window_bits", Some(value)) => {
                    parameters.server_bits.replace(window_bits(value)?).is_none()
                }
                ("client_max_window_bits", None) => parameters.client_bits.replace(None).is_none(),
                ("client_max_window_bits", Some(value)) => {
                    parameters.client_bits.replace(Some(window_bits(value)?)).is_none()
                }
                _ => false,
            };
            if !is_new {
                return None;
            }
        }
        Some(parameters)
    }

    /// Whether our compressor can be as small as is asked.
    fn can_be_kept(&self) -> bool {
        self.server_bits.is_none_or(|bits| bits >= WINDOW_BITS_MIN)
    }
}

/// A decimal number without leading zeros (RFC 7692, 7.1.2).
fn window_bits(value: &str) -> Option<u8> {
    let is_plain = value.bytes().all(|byte| byte.is_ascii_digit()) && !value.starts_with('0');
    let bits = value.parse().ok().filter(|_| is_plain)?;
    (WINDOW_BITS_NAMED_MIN..=WINDOW_BITS_MAX).contains(&bits).then_some(bits)
}

/// A value as it is meant: it may stand in quotation marks.
fn unquoted(value: &str) -> Option<&str> {
    match value.strip_prefix('"') {
        Some(quoted) => quoted.strip_suffix('"'),
        None => Some(value),
    }
}

fn name(extension: &str) -> &str {
    parts(extension, b';').next().unwrap_or_default()
}

/// The extensions of a header, or of several joined by commas.
fn extensions(header: &str) -> impl Iterator<Item = &str> {
    parts(header, b',').filter(|extension| !extension.is_empty())
}

/// What stands between separators, those within quotation marks not counted.
fn parts(text: &str, separator: u8) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let mut quoted = false;
        let end = text.bytes().position(|byte| {
            quoted ^= byte == b'"';
            byte == separator && !quoted
        });
        let (part, after) = match end {
            Some(end) => (&text[..end], Some(&text[end + 1..])),
            None => (text, None),
        };
        rest = after;
        Some(part.trim())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_takes_the_first_offer_it_can_keep() {
        const BOTH: &str = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
        for (offers, expected) in [
            ("permessage-deflate", Some((15, ""))),
            ("permessage-deflate; client_max_window_bits", Some((15, ""))),
            ("permessage-deflate; client_max_window_bits=10", Some((15, ""))),
            ("permessage-deflate; server_max_window_bits=10", Some((10, "; server_max_window_bits=10"))),
            ("permessage-deflate;server_max_window_bits=\"9\"", Some((9, "; server_max_window_bits=9"))),
            ("permessage-deflate; server_max_window_bits=15", Some((15, "; server_max_window_bits=15"))),
            ("Permessage-Deflate; server_no_context_takeover; client_no_context_takeover", Some((15, ""))),
            (", x-webkit-deflate-frame, permessage-deflate", Some((15, ""))),
            ("permessage-bzip2; a=\"permessage-deflate, b\", permessage-deflate", Some((15, ""))),
            (
                "permessage-deflate; new_thing, permessage-deflate; server_max_window_bits=11, permessage-deflate",
                Some((11, "; server_max_window_bits=11")),
            ),
            // zlib has no window this small.
            ("permessage-deflate; server_max_window_bits=8", None),
            ("permessage-deflate; server_max_window_bits", None),
            ("permessage-deflate; server_max_window_bits=", None),
            ("permessage-deflate; server_max_window_bits=7", None),
            ("permessage-deflate; server_max_window_bits=16", None),
            ("permessage-deflate; server_max_window_bits=010", None),
            ("permessage-deflate; server_max_window_bits=+9", None),
            ("permessage-deflate; server_max_window_bits=9; server_max_window_bits=9", None),
            ("permessage-deflate; client_max_window_bits=16", None),
            ("permessage-deflate; server_no_context_takeover=1", None),
            ("permessage-deflate; server_no_context_takeover; server_no_context_takeover", None),
            ("permessage-deflate; unknown=\"1;2\"", None),
            ("permessage-deflate;", None),
            ("permessage-deflate-2", None),
            ("x-webkit-deflate-frame", None),
            ("", None),
        ] {
            let expected = expected.map(|(window_bits, rest)| {
                let (sending, receiving) = (Memory::Forgets, Memory::Forgets);
                (Agreement { window_bits, sending, receiving }, format!("{BOTH}{rest}"))
            });
            assert_eq!(accept(offers, Wish::Forget), expected, "{offers}");
            assert_eq!(is_offered(offers), expected.is_some(), "{offers}");
        }
    }

    #[test]
    fn a_server_remembers_only_what_the_client_lets_it() {
        use Memory::{Forgets, Keeps};
        for (offer, wish, sending, receiving, answer) in [
            ("permessage-deflate", Wish::Remember, Keeps, Keeps, ""),
            ("permessage-deflate", Wish::RememberSent, Keeps, Forgets, "; client_no_context_takeover"),
            (
                "permessage-deflate; server_no_context_takeover",
                Wish::Remember,
                Forgets,
                Keeps,
                "; server_no_context_takeover",
            ),
            (
                "permessage-deflate; client_no_context_takeover",
                Wish::Remember,
                Keeps,
                Forgets,
                "; client_no_context_takeover",
            ),
        ] {
            let agreement = Agreement { window_bits: 15, sending, receiving };
            assert_eq!(
                accept(offer, wish),
                Some((agreement, format!("permessage-deflate{answer}"))),
                "{offer}"
            );
        }
    }

    #[test]
    fn a_client_believes_only_an_answer_to_its_offer() {
        use Memory::{Forgets, Keeps};
        for (answer, expected) in [
            ("", Ok(None)),
            ("permessage-deflate; server_no_context_takeover", Ok(Some((Forgets, Forgets)))),
            (offer(Wish::Forget), Ok(Some((Forgets, Forgets)))),
            (
                "permessage-deflate; server_no_context_takeover; server_max_window_bits=8",
                Ok(Some((Forgets, Forgets))),
            ),
            // It was asked to forget and does not say so.
            ("permessage-deflate", Ok(Some((Forgets, Keeps)))),
            ("permessage-deflate, permessage-deflate", Err("names more than one extension")),
            ("permessage-bzip2", Err("names extensions that were not offered")),
            ("permessage-deflate; client_max_window_bits=9", Err("limits a window that was not offered")),
            (
                "permessage-deflate; server_max_window_bits=99",
                Err("has parameters of permessage-deflate that make no sense"),
            ),
        ] {
            let expected = expected.map(|memory| {
                memory.map(|(sending, receiving)| Agreement { window_bits: 15, sending, receiving })
            });
            assert_eq!(agree(answer, Wish::Forget), expected, "{answer}");
        }
        let both = Agreement { window_bits: 15, sending: Keeps, receiving: Keeps };
        assert_eq!(agree(offer(Wish::Remember), Wish::Remember), Ok(Some(both)));
    }
}
