//! Random bytes, hashes, HMAC and AES-GCM for `js/crypto.js` and `js/crypto/`. Names and sizes are checked there.

use super::{bytes, gcm};
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
    group.set(scope, "hmac", hmac)
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

fn authenticate(hash: &str, key: &[u8], message: &[u8]) -> Vec<u8> {
    fn with<M: Mac + hmac::digest::KeyInit>(key: &[u8], message: &[u8]) -> Vec<u8> {
        let mut mac = <M as Mac>::new_from_slice(key).expect("HMAC takes keys of any size");
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
