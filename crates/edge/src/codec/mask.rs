//! Masking (RFC 6455, 5.3): in place, eight bytes at a time. The loop is plain enough for the compiler to widen.

/// XORs `bytes` with `key`, where `bytes[0]` is the byte at `offset` of the frame's payload.
/// Masking and unmasking are the same operation.
pub fn apply(bytes: &mut [u8], key: [u8; 4], offset: usize) {
    let mut key = key;
    key.rotate_left(offset % 4);
    let [a, b, c, d] = key;
    let wide = u64::from_ne_bytes([a, b, c, d, a, b, c, d]);
    let mut chunks = bytes.chunks_exact_mut(8);
    for chunk in &mut chunks {
        let mut word = [0; 8];
        word.copy_from_slice(chunk);
        chunk.copy_from_slice(&(u64::from_ne_bytes(word) ^ wide).to_ne_bytes());
    }
    for (byte, key) in chunks.into_remainder().iter_mut().zip(key.into_iter().cycle()) {
        *byte ^= key;
    }
}

#[cfg(test)]
mod tests {
    use super::apply;

    #[test]
    fn is_the_plain_definition_at_every_length_and_offset() {
        let key = [0x37, 0xfa, 0x21, 0x3d];
        for offset in 0..9 {
            for length in 0..67_usize {
                let plain: Vec<u8> = (0..length).map(|i| (i * 7) as u8).collect();
                let mut masked = plain.clone();
                apply(&mut masked, key, offset);
                let expected: Vec<u8> =
                    plain.iter().enumerate().map(|(i, byte)| byte ^ key[(i + offset) % 4]).collect();
                assert_eq!(masked, expected, "length {length}, offset {offset}");
            }
        }
    }
}
