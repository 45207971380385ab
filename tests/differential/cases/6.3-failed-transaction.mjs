// Section 6.3, on either backend: a transaction that throws fails its caller and nobody else: the object stays, events that waited run.
export const config = { classes: { ROOM: "Room" } };
export const variants = { sqlite: { sqlite: true }, "key-value": {} };
export const worker = `
let constructed = 0;
export class Room {
  constructor(state) { this.storage = state.storage; this.count = 0; this.number = ++constructed; }
  async fetch(request) {
    const { pathname } = new URL(request.url);
    this.count++;
    if (pathname === "/fail") await this.storage.transaction(async (txn) => { await txn.put("a", 1); await scheduler.wait(5); throw new TypeError("mine"); });
    return Response.json([pathname, this.count, this.number, [...await this.storage.list()]]);
  }
}
export default {
  async fetch(request, env) {
    const stub = env.ROOM.getByName("one");
    const ask = (path) => stub.fetch("http://object" + path).then((response) => response.json(), (error) => [error.name, error.message, error.durableObjectReset, error.retryable]);
    return Response.json(await Promise.all(["/one", "/fail", "/two", "/fail", "/three"].map(ask)));
  }
};`;

export async function client(t) {
  await t.fetch("/");
  await t.fetch("/again");
}
