const COMPONENTS = [
  "href", "origin", "protocol", "username", "password", "host", "hostname", "port", "pathname", "search", "hash",
];

function check(url, expected) {
  assertEquals(COMPONENTS.map((name) => url[name]), expected);
}

test("components", () => {
  check(new URL("https://user:pass@example.com:8080/a/b?x=1#y"), [
    "https://user:pass@example.com:8080/a/b?x=1#y", "https://example.com:8080", "https:", "user", "pass",
    "example.com:8080", "example.com", "8080", "/a/b", "?x=1", "#y",
  ]);
  check(new URL("http://h"), ["http://h/", "http://h", "http:", "", "", "h", "h", "", "/", "", ""]);
  check(new URL("http://h/?#"), ["http://h/?#", "http://h", "http:", "", "", "h", "h", "", "/", "", ""]);
  check(new URL("mailto:a@b"), ["mailto:a@b", "null", "mailto:", "", "", "", "", "", "a@b", "", ""]);
  check(new URL("file:///a b"), ["file:///a%20b", "null", "file:", "", "", "", "", "", "/a%20b", "", ""]);
  check(new URL("wss://[::1]:90/x"), [
    "wss://[::1]:90/x", "wss://[::1]:90", "wss:", "", "", "[::1]:90", "[::1]", "90", "/x", "", "",
  ]);
  check(new URL("data:text/plain,x?y#z"), [
    "data:text/plain,x?y#z", "null", "data:", "", "", "", "", "", "text/plain,x", "?y", "#z",
  ]);
  check(new URL("http://user@h/"), ["http://user@h/", "http://h", "http:", "user", "", "h", "h", "", "/", "", ""]);
  check(new URL("web+x:/.//p"), ["web+x:/.//p", "null", "web+x:", "", "", "", "", "", "//p", "", ""]);
});

test("parsing normalises", () => {
  const cases = {
    "HTTP://EXAMPLE.com:80/../a/./b": "http://example.com/a/b",
    " https://x/\t\n": "https://x/",
    "https://x\\y": "https://x/y",
    "http://ex\u00e4mple.com/\u00e4?\u00e4#\u00e4": "http://xn--exmple-cua.com/%C3%A4?%C3%A4#%C3%A4",
    "http://0x7f.1/": "http://127.0.0.1/",
    "https://x/\ud800": "https://x/%EF%BF%BD",
  };
  for (const [input, href] of Object.entries(cases)) assertEquals(new URL(input).href, href, input);
});

test("bases", () => {
  assertEquals(new URL("../c?d", "https://h/a/b/").href, "https://h/a/c?d");
  assertEquals(new URL("//other/x", "https://h/a").href, "https://other/x");
  assertEquals(new URL("", "https://h/a?b#c").href, "https://h/a?b");
  assertEquals(new URL("x", new URL("https://h/a")).href, "https://h/x");
  assertEquals(new URL(new URL("https://h/a")).href, "https://h/a");
});

test("refuses what is no URL", () => {
  for (const input of ["x", "", "http://", "http://a b/", "https://x:99999/", "//x"]) {
    assertThrows(() => new URL(input), TypeError, "Invalid URL string.");
    assertEquals([URL.canParse(input), URL.parse(input)], [false, null], input);
  }
  assertThrows(() => new URL("x", "y"), TypeError, "Invalid URL string.");
  assertThrows(
    () => new URL(),
    TypeError,
    "Failed to construct 'URL': constructor parameter 1 is not of type 'USVString'.",
  );
  assertThrows(() => URL.canParse(), TypeError);
  assertThrows(() => URL.createObjectURL(), Error, "URL.createObjectURL() is not implemented");
  assertEquals(URL.canParse("x", "http://y"), true);
  assertEquals(URL.parse("x", "http://y").pathname, "/x");
  assertEquals(URL.parse("http://y:80").href, "http://y/");
});

test("setters", () => {
  const cases = [
    ["protocol", "http", "http://u:p@h:8/p?q#f"],
    ["protocol", "mailto", "https://u:p@h:8/p?q#f"],
    ["username", "a b", "https://a%20b:p@h:8/p?q#f"],
    ["password", "", "https://u@h:8/p?q#f"],
    ["host", "x:9", "https://u:p@x:9/p?q#f"],
    ["hostname", "y", "https://u:p@y:8/p?q#f"],
    ["port", "443", "https://u:p@h/p?q#f"],
    ["port", "bad", "https://u:p@h:8/p?q#f"],
    ["pathname", "a b", "https://u:p@h:8/a%20b?q#f"],
    ["search", "", "https://u:p@h:8/p#f"],
    ["search", "?a=b c", "https://u:p@h:8/p?a=b%20c#f"],
    ["hash", "", "https://u:p@h:8/p?q"],
    ["hash", "#x y", "https://u:p@h:8/p?q#x%20y"],
    ["href", "http://z", "http://z/"],
  ];
  for (const [name, value, href] of cases) {
    const url = new URL("https://u:p@h:8/p?q#f");
    url[name] = value;
    assertEquals(url.href, href, `${name} = ${value}`);
    assertEquals(url[name], new URL(href)[name]);
  }
  const url = new URL("https://h");
  assertThrows(
    () => (url.href = "bad"),
    TypeError,
    "Failed to set the 'href' property on 'URL': the provided value is not of type 'valid URL string'.",
  );
  assertThrows(() => {
    "use strict";
    url.origin = "x";
  }, TypeError);
});

test("searchParams and the URL follow each other", () => {
  const url = new URL("https://h/p?a=1&b=2#f");
  const params = url.searchParams;
  assertEquals(url.searchParams === params, true);
  params.set("a", "x y");
  params.append("c", "&");
  assertEquals([url.href, url.search, url.hash], ["https://h/p?a=x+y&b=2&c=%26#f", "?a=x+y&b=2&c=%26", "#f"]);
  url.search = "?z=9";
  assertEquals([...params], [["z", "9"]]);
  params.delete("z");
  assertEquals([url.href, url.search], ["https://h/p#f", ""]);
  params.append("k", "v");
  assertEquals(url.href, "https://h/p?k=v#f");
  url.href = "https://other/?q=1";
  assertEquals(params.get("q"), "1");
  params.append("r", "2");
  url.hash = "end";
  assertEquals(url.href, "https://other/?q=1&r=2#end");
});

test("text forms", () => {
  const url = new URL("https://h/a");
  assertEquals([String(url), JSON.stringify({ url }), url + "b"], ["https://h/a", '{"url":"https://h/a"}', "https://h/ab"]);
  assertEquals(Object.prototype.toString.call(url), "[object URL]");
});

test("the class can be extended, and members refuse another this", () => {
  class Mine extends URL {
    get twice() {
      return this.host + this.host;
    }
  }
  assertEquals(new Mine("http://x").twice, "xx");
  const { get } = Object.getOwnPropertyDescriptor(URL.prototype, "pathname");
  assertThrows(() => get.call({}), TypeError, /^Illegal invocation/);
});
