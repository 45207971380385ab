//! Text encodings for `js/encoding.js`: UTF-8 both ways, and every encoding of the web on the way in.

use super::{NO_BYTES, bytes};
use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8};
use holdfast_engine::{ErrorKind, Object, Result, Scope, Value};
use std::cell::RefCell;

const BYTE_ORDER_MARK: &[u8] = &[0xef, 0xbb, 0xbf];

pub(super) fn install<'s>(scope: &Scope<'s>, group: Object<'s>) -> Result<'s, ()> {
    // (text) -> Uint8Array
    let encode = scope.function("encode", |scope, call| {
        let mut bytes = Vec::new();
        call.arg(0).append_utf8(scope, &mut bytes)?;
        Ok(scope.uint8_array(bytes).into())
    });
    group.set(scope, "encode", encode)?;

    // (bytes, fatal, keepMark) -> text, or null when `fatal` and the bytes are not UTF-8
    let decode = scope.function("decode", |scope, call| {
        let (fatal, keep_mark) = (call.arg(1).to_boolean(), call.arg(2).to_boolean());
        let text = call.arg(0).with_bytes(scope, |bytes| utf8(bytes, fatal, keep_mark));
        let text = text.ok_or_else(|| scope.error(ErrorKind::TypeError, NO_BYTES))?;
        Ok(text_or_null(scope, text))
    });
    group.set(scope, "decode", decode)?;

    // (bytes) -> text with one character for each byte
    let latin1 = scope.function("latin1Decode", |scope, call| {
        let units = call.arg(0).with_bytes(scope, |bytes| bytes.iter().map(|&byte| byte.into()).collect());
        let units: Vec<u16> = units.ok_or_else(|| scope.error(ErrorKind::TypeError, NO_BYTES))?;
        Ok(scope.string_utf16(&units))
    });
    group.set(scope, "latin1Decode", latin1)?;

    // (label) -> the encoding's name in small letters, or null
    let name = scope.function("encodingName", |scope, call| {
        let label = call.arg(0).to_string(scope)?;
        Ok(match Encoding::for_label_no_replacement(label.as_bytes()) {
            Some(encoding) => scope.string(&encoding.name().to_ascii_lowercase()),
            None => scope.null(),
        })
    });
    group.set(scope, "encodingName", name)?;

    // (name, fatal, keepMark) -> a function (bytes, more) that decodes input in pieces
    let decoder = scope.function("decoder", |scope, call| {
        let name = call.arg(0).to_string(scope)?;
        let (fatal, keep_mark) = (call.arg(1).to_boolean(), call.arg(2).to_boolean());
        let Some(encoding) = Encoding::for_label_no_replacement(name.as_bytes()) else {
            return Err(scope.error(ErrorKind::RangeError, &format!("\"{name}\" is not a valid encoding.")));
        };
        Ok(streaming(scope, encoding, fatal, keep_mark).into())
    });
    group.set(scope, "decoder", decoder)
}

fn streaming<'s>(scope: &Scope<'s>, encoding: &'static Encoding, fatal: bool, keep_mark: bool) -> Object<'s> {
    let state = RefCell::new(start(encoding, keep_mark));
    scope.function("decode", move |scope, call| {
        let input = if call.arg(0).is_undefined() { Vec::new() } else { bytes(scope, call.arg(0))? };
        let more = call.arg(1).to_boolean();
        let text = advance(&mut state.borrow_mut(), &input, fatal, !more);
        if !more || text.is_none() {
            *state.borrow_mut() = start(encoding, keep_mark);
        }
        Ok(text_or_null(scope, text))
    })
}

fn start(encoding: &'static Encoding, keep_mark: bool) -> Decoder {
    if keep_mark {
        encoding.new_decoder_without_bom_handling()
    } else {
        encoding.new_decoder_with_bom_removal()
    }
}

/// The text of the next bytes, or nothing when they are wrong and that is fatal.
fn advance(decoder: &mut Decoder, input: &[u8], fatal: bool, last: bool) -> Option<String> {
    let room = if fatal {
        decoder.max_utf8_buffer_length_without_replacement(input.len())
    } else {
        decoder.max_utf8_buffer_length(input.len())
    };
    let mut text = String::with_capacity(room.expect("the input is smaller than memory"));
    if fatal {
        let (result, _) = decoder.decode_to_string_without_replacement(input, &mut text, last);
        return (result == DecoderResult::InputEmpty).then_some(text);
    }
    // With the room it asked for, the decoder takes all of the input.
    let _ = decoder.decode_to_string(input, &mut text, last);
    Some(text)
}

fn utf8(bytes: &[u8], fatal: bool, keep_mark: bool) -> Option<String> {
    let bytes = if keep_mark { bytes } else { bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes) };
    if fatal {
        return str::from_utf8(bytes).ok().map(str::to_owned);
    }
    Some(UTF_8.decode_without_bom_handling(bytes).0.into_owned())
}

fn text_or_null<'s>(scope: &Scope<'s>, text: Option<String>) -> Value<'s> {
    text.map_or_else(|| scope.null(), |text| scope.string(&text))
}
