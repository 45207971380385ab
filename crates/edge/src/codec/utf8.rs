//! UTF-8 checked as it arrives, so that a bad byte ends the connection at once and not after 32 MiB.

/// The bytes can no longer become valid UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidUtf8;

/// Remembers at most one unfinished character between chunks.
#[derive(Clone, Copy, Debug, Default)]
pub struct Utf8 {
    unfinished: [u8; 4],
    length: u8,
}

impl Utf8 {
    /// Checks the next chunk.
    ///
    /// # Errors
    /// As soon as no continuation could make the text valid.
    pub fn feed(&mut self, mut bytes: &[u8]) -> Result<(), InvalidUtf8> {
        while self.length > 0 {
            let Some((&byte, rest)) = bytes.split_first() else { return Ok(()) };
            bytes = rest;
            let length = usize::from(self.length);
            self.unfinished[length] = byte;
            match std::str::from_utf8(&self.unfinished[..=length]) {
                Ok(_) => self.length = 0,
                // A character has at most four bytes, and four that are neither valid nor wrong do not exist.
                Err(error) if error.error_len().is_none() => self.length += 1,
                Err(_) => return Err(InvalidUtf8),
            }
        }
        match std::str::from_utf8(bytes) {
            Ok(_) => Ok(()),
            Err(error) if error.error_len().is_some() => Err(InvalidUtf8),
            Err(error) => {
                let tail = &bytes[error.valid_up_to()..];
                self.unfinished[..tail.len()].copy_from_slice(tail);
                self.length = tail.len() as u8;
                Ok(())
            }
        }
    }

    /// Whether the text may end here.
    pub fn is_complete(&self) -> bool {
        self.length == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The number of bytes fed one by one before refusal, or `Ok(complete)`.
    fn check(bytes: &[u8]) -> Result<bool, usize> {
        let mut utf8 = Utf8::default();
        for (index, byte) in bytes.iter().enumerate() {
            utf8.feed(&[*byte]).map_err(|_| index)?;
        }
        Ok(utf8.is_complete())
    }

    #[test]
    fn fails_at_the_first_hopeless_byte() {
        for (bytes, expected) in [
            (&b""[..], Ok(true)),
            ("κόσμε 🦀".as_bytes(), Ok(true)),
            (b"\xf0\x9f\xa6", Ok(false)),
            (b"\xed\xa0\x80", Err(1)),     // a surrogate
            (b"\xf4\x90\x80\x80", Err(1)), // above U+10FFFF
            (b"\xc0\xaf", Err(0)),         // overlong
            (b"\xe0\x80\xaf", Err(1)),     // overlong
            (b"\xf8\x88\x80\x80\x80", Err(0)),
            (b"ok\x80", Err(2)),
            (b"\xe4\xbd", Ok(false)),
            (b"\xe4A", Err(1)),
        ] {
            assert_eq!(check(bytes), expected, "{bytes:x?}");
        }
    }

    #[test]
    fn any_split_of_valid_text_is_valid() {
        let text = "aß水🦀z".as_bytes();
        for first in 0..=text.len() {
            for second in first..=text.len() {
                let mut utf8 = Utf8::default();
                for part in [&text[..first], &text[first..second], &text[second..]] {
                    utf8.feed(part).expect("valid");
                }
                assert!(utf8.is_complete());
            }
        }
    }
}
