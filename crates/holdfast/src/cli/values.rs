//! The values that flags take, from text.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;
use std::time::Duration;

/// `10s`, `500ms`, `2m`, or a number of seconds.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let unit = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
    let (number, unit) = text.split_at(unit);
    let scale = match unit {
        "ms" => 0.001,
        "" | "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        _ => return Err("a time is a number with ms, s, m or h, as in 10s".to_owned()),
    };
    let seconds = number.parse::<f64>().map(|number| number * scale).unwrap_or(f64::NAN);
    Duration::try_from_secs_f64(seconds)
        .map_err(|_| "a time is a number with ms, s, m or h, as in 10s".to_owned())
}

/// `NAME:VALUE`; the value may contain colons.
pub(super) fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once(':') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("it should be NAME:VALUE".to_owned()),
    }
}

/// An address, or what wrangler takes for one: `localhost`, `*`.
pub(super) fn address(text: &str) -> Result<IpAddr, String> {
    match text {
        "localhost" => Ok(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        "*" => Ok(IpAddr::V4(Ipv4Addr::UNSPECIFIED)),
        _ => text.trim_matches(['[', ']']).parse().map_err(|_| format!("\"{text}\" is not an IP address")),
    }
}

/// A network of addresses: `10.0.0.0/8`, or one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Network {
    address: IpAddr,
    /// How many leading bits of `address` count.
    bits: u8,
}

impl Network {
    /// Whether `address` is in it. An IPv4 address may be written as IPv6 (`::ffff:10.0.0.1`).
    pub(crate) fn contains(&self, address: IpAddr) -> bool {
        let shifted =
            |address: u128, width: u8| address.checked_shr(u32::from(width - self.bits)).unwrap_or(0);
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                let number = |address: Ipv4Addr| u128::from(u32::from(address));
                shifted(number(network), 32) == shifted(number(address), 32)
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                shifted(Ipv6Addr::into(network), 128) == shifted(Ipv6Addr::into(address), 128)
            }
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let wrong = || format!("\"{text}\" is not a network, as in 10.0.0.0/8");
        let address: IpAddr = address.parse().map_err(|_| wrong())?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(most), |bits| bits.parse().map_err(|_| wrong()))?;
        if bits > most {
            return Err(wrong());
        }
        Ok(Self { address, bits })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        for (text, ms) in
            [("10", 10_000), ("10s", 10_000), ("500ms", 500), ("1.5s", 1500), ("2m", 120_000), ("0", 0)]
        {
            assert_eq!(duration(text), Ok(Duration::from_millis(ms)), "{text}");
        }
        for text in ["", "s", "10x", "-1s", "ten", "1e400"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn networks() {
        let check = |network: &str, inside: &[&str], outside: &[&str]| {
            let parsed: Network = network.parse().unwrap();
            for address in inside {
                assert!(parsed.contains(address.parse().unwrap()), "{address} in {network}");
            }
            for address in outside {
                assert!(!parsed.contains(address.parse().unwrap()), "{address} not in {network}");
            }
        };
        check("10.0.0.0/8", &["10.1.2.3", "::ffff:10.0.0.1"], &["11.0.0.1", "::1"]);
        check("127.0.0.1", &["127.0.0.1"], &["127.0.0.2"]);
        check("0.0.0.0/0", &["1.2.3.4"], &["::1"]);
        check("fd00::/8", &["fd12::1"], &["fe80::1", "10.0.0.1"]);
        check("::/0", &["fd12::1"], &["10.0.0.1"]);
        for text in ["10.0.0.0/33", "10.0.0", "x", "::/129", "10.0.0.0/-1"] {
            assert!(text.parse::<Network>().is_err(), "{text}");
        }
    }
}
