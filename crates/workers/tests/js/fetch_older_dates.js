// compatibility: 2025-01-01

test("an iterable is a body as a string", async () => {
  assertEquals(await new Response(["a", "b"]).text(), "a,b");
  assertEquals(new Request("http://a.example/", { method: "POST", body: new Set() }).headers.get("content-type"), "text/plain;charset=UTF-8");
});

test("credentials follow to another origin", async () => {
  const sent = [];
  mock("host/outgoing", {
    async send(request) {
      sent.push(request.headers.slice());
      const headers = sent.length === 1 ? ["location", "http://b.example/"] : [];
      return { status: sent.length === 1 ? 302 : 200, statusText: "", headers, body: null };
    },
  });
  await fetch("http://a.example/", { headers: { authorization: "secret" } });
  assertEquals(sent, [["authorization", "secret"], ["authorization", "secret"]]);
});
