//! Random bytes, hashes, HMAC, PBKDF2 and AES-GCM for `js/crypto.js` and `js/crypto/`. Names and sizes are checked there.

use super::{bytes, gcm};
use hmac::digest::KeyInit;
use hmac::{Mac, SimpleHmac};
use holdfast_engine::{ErrorKind, Object, Result, Scope};
use md5::Md5;
use sha1::Sha1;
use sha2::digest::DynDigest;
use sha2::{Sha256, Sha384, Sha512};
use std::cell::RefCell;
use subtle::ConstantTimeEq;

pub(super) fn install<'s>(scope: &Scope<'s>, group: Object<'s>) -> Result<'s, ()> {
    install_random(scope, group)?;
    install_hashes(scope, group)?;
    install_gcm(scope, group)
}

fn install_random<'s>(scope: &Scope<'s>, group: Object<'s>) -> Result<'s, ()> {
    // (length) -> Uint8Array
    let random = scope.function("random", |scope, call| {
        let mut bytes = vec![0; call.arg(0).to_number(scope)? as usize];
        getrandom::fill(&mut bytes)
            .map_err(|error| scope.error(ErrorKind::Error, &format!("no random values: {error}")))?;
        Ok(scope.uint8_array(bytes).into())
    });
    group.set(scope, "random", random)?;

    // (left, right) -> whether the bytes are equal, in a time that depends on their number only
    let equal = scope.function("equal", |scope, call| {
        let left = bytes(scope, call.arg(0))?;
        let right = bytes(scope, call.arg(1))?;
        Ok(scope.boolean(left.ct_eq(&right).into()))
    });
    group.set(scope, "equal", equal)
}

fn install_hashes<'s>(scope: &Scope<'s>, group: Object<'s>) -> Result<'s, ()> {
    // (hash, bytes) -> ArrayBuffer
    let digest = scope.function("digest", |scope, call| {
        let mut hash = hasher(&call.arg(0).to_string(scope)?);
        hash.update(&bytes(scope, call.arg(1))?);
        Ok(scope.array_buffer(hash.finalize().into_vec()).into())
    });
    group.set(scope, "digest", digest)?;

    // (hash) -> a function that takes bytes, and without any gives the ArrayBuffer
    let streaming = scope.function("hasher", |scope, call| {
        let hash = RefCell::new(hasher(&call.arg(0).to_string(scope)?));
        let update = scope.function("update", move |scope, call| {
            if call.arg(0).is_undefined() {
                return Ok(scope.array_buffer(hash.borrow_mut().finalize_reset().into_vec()).into());
            }
            hash.borrow_mut().update(&bytes(scope, call.arg(0))?);
            Ok(scope.undefined())
        });
        Ok(update.into())
    });
    group.set(scope, "hasher", streaming)?;

    // (hash, key, bytes) -> ArrayBuffer
    let hmac = scope.function("hmac", |scope, call| {
        let hash = call.arg(0).to_string(scope)?;
        let code = authenticate(&hash, &bytes(scope, call.arg(1))?, &bytes(scope, call.arg(2))?);
        Ok(scope.array_buffer(code).into())
    });
    group.set(scope, "hmac", hmac)?;

    // (hash, password, salt, iterations, length) -> ArrayBuffer
    let pbkdf2 = scope.function("pbkdf2", |scope, call| {
        let hash = call.arg(0).to_string(scope)?;
        let (password, salt) = (bytes(scope, call.arg(1))?, bytes(scope, call.arg(2))?);
        let iterations = call.arg(3).to_number(scope)? as u32;
        let length = call.arg(4).to_number(scope)? as usize;
        Ok(scope.array_buffer(derive(&hash, &password, &salt, iterations, length)).into())
    });
    group.set(scope, "pbkdf2", pbkdf2)
}

fn install_gcm<'s>(scope: &Scope<'s>, group: Object<'s>) -> Result<'s, ()> {
    // (key, nonce, additional, tagBytes, plain) -> ArrayBuffer
    let encrypt = scope.function("gcmEncrypt", |scope, call| {
        let key = gcm::Key::new(&bytes(scope, call.arg(0))?);
        let (nonce, additional) = (bytes(scope, call.arg(1))?, bytes(scope, call.arg(2))?);
        let tag_bytes = call.arg(3).to_number(scope)? as usize;
        let sealed = key.seal(&nonce, &additional, tag_bytes, bytes(scope, call.arg(4))?);
        Ok(scope.array_buffer(sealed).into())
    });
    group.set(scope, "gcmEncrypt", encrypt)?;

    // (key, nonce, additional, tagBytes, sealed) -> ArrayBuffer, or null when it was tampered with
    let decrypt = scope.function("gcmDecrypt", |scope, call| {
        let key = gcm::Key::new(&bytes(scope, call.arg(0))?);
        let (nonce, additional) = (bytes(scope, call.arg(1))?, bytes(scope, call.arg(2))?);
        let tag_bytes = call.arg(3).to_number(scope)? as usize;
        let opened = key.open(&nonce, &additional, tag_bytes, bytes(scope, call.arg(4))?);
        Ok(opened.map_or_else(|| scope.null(), |plain| scope.array_buffer(plain).into()))
    });
    group.set(scope, "gcmDecrypt", decrypt)
}

fn hasher(name: &str) -> Box<dyn DynDigest> {
    match name {
        "MD5" => Box::new(Md5::default()),
        "SHA-1" => Box::new(Sha1::default()),
        "SHA-256" => Box::new(Sha256::default()),
        "SHA-384" => Box::new(Sha384::default()),
        "SHA-512" => Box::new(Sha512::default()),
        other => unreachable!("js/crypto/algorithm.js lets no hash {other} through"),
    }
}

/// HMAC (RFC 2104).
fn authenticate(hash: &str, key: &[u8], message: &[u8]) -> Vec<u8> {
    fn with<M: Mac + KeyInit>(key: &[u8], message: &[u8]) -> Vec<u8> {
        let mut mac = keyed::<M>(key);
        mac.update(message);
        mac.finalize().into_bytes().to_vec()
    }
    match hash {
        "MD5" => with::<SimpleHmac<Md5>>(key, message),
        "SHA-1" => with::<SimpleHmac<Sha1>>(key, message),
        "SHA-256" => with::<SimpleHmac<Sha256>>(key, message),
        "SHA-384" => with::<SimpleHmac<Sha384>>(key, message),
        "SHA-512" => with::<SimpleHmac<Sha512>>(key, message),
        other => unreachable!("js/crypto/algorithm.js lets no hash {other} through"),
    }
}

/// PBKDF2 (RFC 8018) with HMAC.
fn derive(hash: &str, password: &[u8], salt: &[u8], iterations: u32, length: usize) -> Vec<u8> {
    match hash {
        "MD5" => derive_with::<SimpleHmac<Md5>>(password, salt, iterations, length),
        "SHA-1" => derive_with::<SimpleHmac<Sha1>>(password, salt, iterations, length),
        "SHA-256" => derive_with::<SimpleHmac<Sha256>>(password, salt, iterations, length),
        "SHA-384" => derive_with::<SimpleHmac<Sha384>>(password, salt, iterations, length),
        "SHA-512" => derive_with::<SimpleHmac<Sha512>>(password, salt, iterations, length),
        other => unreachable!("js/crypto/algorithm.js lets no hash {other} through"),
    }
}

fn derive_with<M: Mac + KeyInit + Clone>(
    password: &[u8],
    salt: &[u8],
    iterations: u32,
    length: usize,
) -> Vec<u8> {
    // Keyed once: the key costs as much as a round.
    let keyed = keyed::<M>(password);
    let round = |message: &[u8]| {
        let mut mac = keyed.clone();
        mac.update(message);
        mac.finalize().into_bytes()
    };
    let mut result = Vec::with_capacity(length);
    let mut number: u32 = 0;
    while result.len() < length {
        number += 1;
        let mut last = round(&[salt, &number.to_be_bytes()].concat());
        let mut block = last.clone();
        for _ in 1..iterations {
            last = round(&last);
            for (byte, other) in block.iter_mut().zip(&last) {
                *byte ^= other;
            }
        }
        let wanted = block.len().min(length - result.len());
        result.extend_from_slice(&block[..wanted]);
    }
    result
}

fn keyed<M: Mac + KeyInit>(key: &[u8]) -> M {
    <M as Mac>::new_from_slice(key).expect("HMAC takes keys of any size")
}
