const hex = (buffer) => new Uint8Array(buffer).toHex();
const utf8 = (text) => new TextEncoder().encode(text);

test("getRandomValues", () => {
  for (const Type of [Int8Array, Uint16Array, Uint32Array, BigInt64Array, Uint8ClampedArray]) {
    const view = new Type(64);
    assertEquals(crypto.getRandomValues(view) === view, true);
    assert(view.some((value) => value != 0), Type.name);
  }
  const part = new Uint8Array(96);
  crypto.getRandomValues(part.subarray(32, 64));
  assert(part.subarray(0, 32).every((byte) => byte === 0) && part.subarray(64).every((byte) => byte === 0));
  assert(part.subarray(32, 64).some((byte) => byte !== 0));
  assertEquals(crypto.getRandomValues(new Uint8Array(65536)).length, 65536);
});

test("getRandomValues refuses", () => {
  const integer = "ArrayBufferView argument to getRandomValues() must be an integer-typed view.";
  for (const view of [new Float64Array(1), new DataView(new ArrayBuffer(1)), new Float16Array(1)]) {
    assertThrows(() => crypto.getRandomValues(view), "TypeMismatchError", integer);
  }
  assertThrows(
    () => crypto.getRandomValues(new Uint8Array(65537)),
    "QuotaExceededError",
    "getRandomValues() only accepts buffers of size <= 64K but provided 65537 bytes.",
  );
  for (const value of [undefined, 5, new ArrayBuffer(1)]) {
    assertThrows(
      () => crypto.getRandomValues(value),
      TypeError,
      "Failed to execute 'getRandomValues' on 'Crypto': parameter 1 is not of type 'ArrayBufferView'.",
    );
  }
  const { getRandomValues, randomUUID } = crypto;
  assertThrows(() => getRandomValues(new Uint8Array(1)), TypeError, /^Illegal invocation/);
  assertThrows(() => randomUUID(), TypeError, /^Illegal invocation/);
  assertThrows(() => new Crypto(), TypeError, "Illegal constructor");
});

test("randomUUID", () => {
  const all = Array.from({ length: 1000 }, () => crypto.randomUUID());
  assert(all.every((uuid) => /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(uuid)));
  assertEquals(new Set(all).size, 1000);
});

test("digests", async () => {
  const cases = {
    "MD5": "900150983cd24fb0d6963f7d28e17f72",
    "sha-1": "a9993e364706816aba3e25717850c26c9cd0d89d",
    "SHA-256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    "SHA-384":
      "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
    "SHA-512":
      "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a" +
      "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
  };
  for (const [name, expected] of Object.entries(cases)) {
    const result = await crypto.subtle.digest(name, utf8("abc"));
    assert(result instanceof ArrayBuffer);
    assertEquals(hex(result), expected);
    assertEquals(hex(await crypto.subtle.digest({ name }, utf8("abc").buffer)), expected);
  }
  const view = utf8("xabcx").subarray(1, 4);
  assertEquals(hex(await crypto.subtle.digest("MD5", view)), cases.MD5);
});

test("digest refuses", async () => {
  const unknown = "Unrecognized or unimplemented digest algorithm requested.";
  for (const algorithm of ["x", {}, 5]) {
    await assertRejects(crypto.subtle.digest(algorithm, new Uint8Array(1)), "NotSupportedError", unknown);
  }
  await assertRejects(
    crypto.subtle.digest("SHA-256", "text"),
    TypeError,
    "Failed to execute 'digest' on 'SubtleCrypto': parameter 2 is not of type 'BufferSource'.",
  );
  const { digest } = crypto.subtle;
  assertThrows(() => digest("MD5", new Uint8Array(1)), TypeError, /^Illegal invocation/);
});

test("timingSafeEqual", () => {
  const { subtle } = crypto;
  assertEquals(subtle.timingSafeEqual(new Uint8Array([1, 2]), new Uint8Array([1, 2]).buffer), true);
  assertEquals(subtle.timingSafeEqual(new Uint8Array([1, 2]), new Uint8Array([1, 3])), false);
  assertEquals(subtle.timingSafeEqual(new Uint8Array(2), new Uint16Array(1)), true);
  assertThrows(
    () => subtle.timingSafeEqual(new Uint8Array(1), new Uint8Array(2)),
    TypeError,
    "Input buffers must have the same byte length.",
  );
  assertThrows(() => subtle.timingSafeEqual("a", "b"), TypeError);
});

const HMAC = { name: "HMAC", hash: "SHA-256" };

test("HMAC signs and verifies", async () => {
  const { subtle } = crypto;
  const key = await subtle.importKey("raw", utf8("Jefe"), HMAC, false, ["verify", "sign"]);
  const data = utf8("what do ya want for nothing?");
  const signature = await subtle.sign("hmac", key, data);
  assertEquals(hex(signature), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  assertEquals(await subtle.verify(HMAC, key, signature, data), true);
  assertEquals(await subtle.verify(HMAC, key, signature, utf8("else")), false);
  assertEquals(await subtle.verify(HMAC, key, new Uint8Array(5), data), false);
  assertEquals(
    [key.type, key.extractable, key.algorithm, key.usages],
    ["secret", false, { name: "HMAC", hash: { name: "SHA-256" }, length: 32 }, ["sign", "verify"]],
  );
  key.usages.push("encrypt");
  await assertRejects(subtle.exportKey("raw", key), "InvalidAccessError", "Attempt to export non-extractable HMAC key.");
});

test("HMAC keys", async () => {
  const { subtle } = crypto;
  const made = await subtle.generateKey({ name: "HMAC", hash: { name: "sha-384" } }, true, ["sign"]);
  assertEquals(made.algorithm, { name: "HMAC", hash: { name: "SHA-384" }, length: 1024 });
  const jwk = await subtle.exportKey("jwk", made);
  assertEquals([jwk.kty, jwk.key_ops, jwk.alg, jwk.ext], ["oct", ["sign"], "HS384", true]);
  const again = await subtle.importKey("jwk", jwk, { name: "HMAC", hash: "SHA-384" }, true, ["sign"]);
  assertEquals(hex(await subtle.exportKey("raw", again)), hex(await subtle.exportKey("raw", made)));
  const cases = [
    [["raw", utf8("x"), "FOO", true, ["sign"]], "NotSupportedError", 'Unrecognized key import algorithm "FOO" requested.'],
    [["raw", utf8("x"), "HMAC", true, ["sign"]], TypeError, 'Missing field "hash" in "algorithm".'],
    [["spki", utf8("x"), HMAC, true, ["sign"]], "NotSupportedError", 'Unrecognized key import format "spki".'],
    [["raw", utf8("x"), HMAC, true, []], "SyntaxError", "Secret/private CryptoKeys must have at least one usage."],
    [
      ["raw", utf8("x"), HMAC, true, ["encrypt"]],
      "SyntaxError",
      'Attempt to import secret HMAC key with invalid usage "encrypt".',
    ],
    [["raw", utf8(""), HMAC, true, ["sign"]], "DataError", /^Imported HMAC key length \(0\)/],
    [
      ["jwk", { kty: "oct", k: "AA", alg: "HS1" }, HMAC, true, ["sign"]],
      "DataError",
      'HMAC "jwk" key import specifies "alg" that is incompatible with the hash name ' +
        '(encountered "HS1", expected "HS256").',
    ],
    [["jwk", { kty: "RSA" }, HMAC, true, ["sign"]], "DataError", /\(encountered "RSA"\)\.$/],
    [["jwk", { kty: "oct", k: "A*" }, HMAC, true, ["sign"]], "DataError", /base64Url encoding of the key$/],
  ];
  for (const [given, kind, message] of cases) await assertRejects(subtle.importKey(...given), kind, message);
});

test("AES-GCM", async () => {
  const { subtle } = crypto;
  const key = await subtle.importKey("raw", new Uint8Array(16), "aes-gcm", true, ["encrypt", "decrypt"]);
  const iv = new Uint8Array(12);
  const data = new Uint8Array(4);
  const cases = [
    [{ iv }, "0388dacea6896c355d1c29709b9d0c4902237f1b"],
    [{ iv: new Uint8Array(16) }, "a3b22b846a2712f979a6ae4eca73e5d8fa409d16"],
    [{ iv, tagLength: 96, additionalData: data }, "0388daceb8c169ced0cb205e21cff972"],
  ];
  for (const [parameters, expected] of cases) {
    const algorithm = { name: "AES-GCM", ...parameters };
    const sealed = await subtle.encrypt(algorithm, key, data);
    assertEquals(hex(sealed), expected);
    assertEquals(hex(await subtle.decrypt(algorithm, key, sealed)), "00000000");
    const broken = new Uint8Array(sealed);
    broken[0] ^= 1;
    await assertRejects(subtle.decrypt(algorithm, key, broken), "OperationError", /^Decryption failed\./);
  }
});

// Test case 16 of the GCM specification: a 256 bit key and additional data.
test("AES-GCM with 256 bits", async () => {
  const from = (text) => Uint8Array.fromHex(text);
  const key = await crypto.subtle.importKey(
    "raw",
    from("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"),
    "AES-GCM",
    false,
    ["encrypt"],
  );
  const algorithm = {
    name: "AES-GCM",
    iv: from("cafebabefacedbaddecaf888"),
    additionalData: from("feedfacedeadbeeffeedfacedeadbeefabaddad2"),
  };
  const plain = from(
    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72" +
      "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
  );
  assertEquals(
    hex(await crypto.subtle.encrypt(algorithm, key, plain)),
    "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa" +
      "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662" +
      "76fc6ece0f4e1768cddf8853bb2d551b",
  );
});

test("AES-GCM refuses", async () => {
  const { subtle } = crypto;
  const key = await subtle.generateKey({ name: "AES-GCM", length: 192 }, true, ["decrypt", "encrypt"]);
  assertEquals([key.algorithm, key.usages], [{ name: "AES-GCM", length: 192 }, ["encrypt", "decrypt"]]);
  assertEquals((await subtle.exportKey("jwk", key)).alg, "A192GCM");
  const only = await subtle.importKey("raw", new Uint8Array(16), "AES-GCM", true, ["decrypt"]);
  const data = new Uint8Array(4);
  const iv = new Uint8Array(12);
  const cases = [
    [subtle.encrypt({ name: "AES-GCM" }, key, data), TypeError, 'Missing field "iv" in "algorithm".'],
    [subtle.encrypt({ name: "AES-GCM", iv: new Uint8Array(0) }, key, data), "OperationError", "AES-GCM IV must not be empty."],
    [subtle.encrypt({ name: "AES-GCM", iv, tagLength: 5 }, key, data), "OperationError", "Invalid AES-GCM tag length 5."],
    [
      subtle.encrypt({ name: "AES-GCM", iv }, only, data),
      "InvalidAccessError",
      'Requested key usage "encrypt" does not match any usage listed in this CryptoKey.',
    ],
    [
      subtle.sign("HMAC", key, data),
      "InvalidAccessError",
      'Requested algorithm "HMAC" does not match this CryptoKey\'s algorithm "AES-GCM".',
    ],
    [
      subtle.decrypt({ name: "AES-GCM", iv }, key, new Uint8Array(2)),
      "OperationError",
      "Ciphertext length of 16 bits must be greater than or equal to the size of the AES-GCM tag length of 128 bits.",
    ],
    [
      subtle.importKey("raw", new Uint8Array(5), "AES-GCM", true, ["encrypt"]),
      "DataError",
      "Imported AES key length must be 128, 192, or 256 bits but provided 40.",
    ],
    [
      subtle.generateKey({ name: "AES-GCM", length: 5 }, true, ["encrypt"]),
      "OperationError",
      "Generated AES key length must be 128, 192, or 256 bits but requested 5.",
    ],
    [
      subtle.sign("HMAC", {}, data),
      TypeError,
      "Failed to execute 'sign' on 'SubtleCrypto': parameter 2 is not of type 'CryptoKey'.",
    ],
    [
      subtle.exportKey("spki", key),
      "NotSupportedError",
      'AES-GCM key only supports exporting "raw" & "jwk", not "spki".',
    ],
    [subtle.generateKey("RSA-PSS", true, ["sign"]), "NotSupportedError"],
  ];
  for (const [promise, kind, message] of cases) await assertRejects(promise, kind, message);
});

test("keys can be wrapped", async () => {
  const { subtle } = crypto;
  const wrapping = await subtle.generateKey({ name: "AES-GCM", length: 128 }, false, ["wrapKey", "unwrapKey"]);
  const key = await subtle.generateKey(HMAC, true, ["sign"]);
  const algorithm = { name: "AES-GCM", iv: new Uint8Array(12) };
  for (const format of ["raw", "jwk"]) {
    const wrapped = await subtle.wrapKey(format, key, wrapping, algorithm);
    const again = await subtle.unwrapKey(format, wrapped, wrapping, algorithm, HMAC, true, ["sign"]);
    assertEquals(hex(await subtle.exportKey("raw", again)), hex(await subtle.exportKey("raw", key)));
  }
});

test("a key cannot be made or forged", () => {
  assertThrows(() => new CryptoKey(), TypeError, "Illegal constructor");
  assertThrows(() => new SubtleCrypto(), TypeError, "Illegal constructor");
  assertEquals(Object.prototype.toString.call(crypto.subtle), "[object SubtleCrypto]");
});

test("DigestStream", async () => {
  const stream = new crypto.DigestStream("SHA-256");
  assert(stream instanceof WritableStream);
  const writer = stream.getWriter();
  await writer.write(utf8("a"));
  await writer.write("bc");
  await writer.close();
  assertEquals(hex(await stream.digest), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  assertEquals(stream.bytesWritten, 3n);
});

const SECRET = new Uint8Array([1, 2, 3]);
const PASSWORD = { name: "PBKDF2", hash: "SHA-256", salt: SECRET, iterations: 1000 };
const EXPAND = { name: "HKDF", hash: "SHA-256", salt: SECRET, info: SECRET };

test("PBKDF2 and HKDF derive bits and keys", async () => {
  const { subtle } = crypto;
  const password = await subtle.importKey("raw", SECRET, "PBKDF2", false, ["deriveBits", "deriveKey"]);
  const secret = await subtle.importKey("raw", SECRET, "HKDF", false, ["deriveBits", "deriveKey"]);
  assertEquals([password.algorithm, password.usages], [{ name: "PBKDF2" }, ["deriveKey", "deriveBits"]]);
  const cases = [
    [PASSWORD, password, 256, "a6188bd98d74a58da3ef04127ebfa6967a738572342b4c6c05c1c0d512caf936"],
    [
      { ...PASSWORD, hash: "SHA-1", iterations: 2 },
      password,
      320,
      "d7ddbb51c259c5b0c9bd196a19d151209418e82024f801106dbf6e1ce3ebb305149d5156b2b81573",
    ],
    [PASSWORD, password, 0, ""],
    [EXPAND, secret, 256, "874164ded02e54839e3036088ccd5bcf69983e5274f9a5fa7369c53ae9058363"],
    [EXPAND, secret, 0, ""],
  ];
  for (const [algorithm, key, bits, expected] of cases) {
    assertEquals(hex(await subtle.deriveBits(algorithm, key, bits)), expected);
  }
  // RFC 5869, test case 2: several rounds.
  const range = (from, to) => Uint8Array.from({ length: to - from }, (_, index) => from + index);
  const long = await subtle.importKey("raw", range(0, 0x50), "HKDF", false, ["deriveBits"]);
  const algorithm = { name: "HKDF", hash: "SHA-256", salt: range(0x60, 0xb0), info: range(0xb0, 0x100) };
  assertEquals(
    hex(await subtle.deriveBits(algorithm, long, 82 * 8)),
    "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09" +
      "da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87",
  );
  const cipher = await subtle.deriveKey(PASSWORD, password, { name: "AES-GCM", length: 256 }, true, ["encrypt"]);
  assertEquals(
    hex(await subtle.exportKey("raw", cipher)),
    "a6188bd98d74a58da3ef04127ebfa6967a738572342b4c6c05c1c0d512caf936",
  );
  const signer = await subtle.deriveKey(EXPAND, secret, { name: "HMAC", hash: "SHA-1" }, true, ["sign"]);
  assertEquals(signer.algorithm, { name: "HMAC", hash: { name: "SHA-1" }, length: 512 });
});

test("PBKDF2 and HKDF refuse", async () => {
  const { subtle } = crypto;
  const key = await subtle.importKey("raw", SECRET, "PBKDF2", false, ["deriveBits"]);
  const secret = await subtle.importKey("raw", SECRET, "HKDF", false, ["deriveBits", "deriveKey"]);
  const { salt, ...unsalted } = PASSWORD;
  const cases = [
    [subtle.importKey("raw", SECRET, "PBKDF2", true, ["deriveBits"]), "SyntaxError", "PBKDF2 key cannot be extractable."],
    [
      subtle.importKey("jwk", { kty: "oct" }, "PBKDF2", false, ["deriveBits"]),
      "NotSupportedError",
      'PBKDF2 key must be imported in "raw" format (requested "jwk").',
    ],
    [subtle.deriveBits(PASSWORD, key), "OperationError", "PBKDF2 cannot derive a key with null length."],
    [
      subtle.deriveBits(PASSWORD, key, 7),
      "OperationError",
      "PBKDF2 requires a derived key length that is a multiple of eight (requested 7).",
    ],
    [
      subtle.deriveBits({ ...PASSWORD, iterations: 0 }, key, 8),
      "OperationError",
      "PBKDF2 requires a positive iteration count (requested 0).",
    ],
    [subtle.deriveBits(unsalted, key, 8), TypeError, 'Missing field "salt" in "algorithm".'],
    [subtle.deriveBits(EXPAND, secret, 256 * 256 * 8), "OperationError", "HKDF deriveBits failed."],
    [
      subtle.deriveKey(PASSWORD, key, { name: "AES-GCM", length: 128 }, true, ["encrypt"]),
      "InvalidAccessError",
      'Requested key usage "deriveKey" does not match any usage listed in this CryptoKey.',
    ],
    [
      subtle.deriveKey(EXPAND, secret, { name: "AES-GCM" }, true, ["encrypt"]),
      TypeError,
      'Missing field "length" in "derivedKeyParams".',
    ],
    [
      subtle.deriveKey(EXPAND, secret, { name: "FOO" }, true, ["encrypt"]),
      "NotSupportedError",
      'Unrecognized derived key type "FOO" requested.',
    ],
    [
      subtle.generateKey("PBKDF2", false, ["deriveBits"]),
      "NotSupportedError",
      'Unrecognized key generation algorithm "PBKDF2" requested.',
    ],
    [subtle.exportKey("raw", key), "InvalidAccessError", "Attempt to export non-extractable PBKDF2 key."],
  ];
  for (const [promise, kind, message] of cases) await assertRejects(promise, kind, message);
});
