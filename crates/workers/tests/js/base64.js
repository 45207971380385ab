test("btoa", () => {
  assertEquals([btoa(""), btoa("a"), btoa("ab"), btoa("abc"), btoa("\xff\0")], ["", "YQ==", "YWI=", "YWJj", "/wA="]);
  assertEquals([btoa(undefined), btoa(null), btoa(12)], ["dW5kZWZpbmVk", "bnVsbA==", "MTI="]);
  assertThrows(
    () => btoa("\u20ac"),
    "InvalidCharacterError",
    "btoa() can only operate on characters in the Latin1 (ISO/IEC 8859-1) range.",
  );
  assertThrows(() => btoa(), TypeError);
});

test("atob", () => {
  assertEquals([atob(""), atob("YQ=="), atob("YQ"), atob(" Y Q\n=\t="), atob("/wA="), atob("YR")], [
    "", "a", "a", "a", "\xff\0", "a",
  ]);
  assertEquals(escape(atob(null)), "%9E%E9e");
  for (const bad of ["*", "YQ=", "Y", "=", "====", "YQ===", "ab=c", "a-b_", "\u20ac", "abc==", "abcd="]) {
    const error = assertThrows(() => atob(bad), "InvalidCharacterError");
    assertEquals([error.code, error.message.startsWith("atob() called with invalid base64-encoded data.")], [5, true]);
  }
  assertThrows(() => atob(), TypeError);
});

test("large inputs", () => {
  let text = "";
  for (let index = 0; index < 100_000; index++) text += String.fromCharCode(index & 255);
  assertEquals(atob(btoa(text)) === text, true);
});
