// Section 4.6: the stack of an error that the program made, caught from the engine, or got from another class: its text first.
export const config = { classes: { ROOM: "Room" } };
export const worker = `
class Own extends TypeError { name = "Own"; constructor(message) { super(message); this.extra = this.stack.split("\\n")[0]; } }
const about = (error) => [error.stack.split("\\n")[0], /^ {4}at /.test(error.stack.split("\\n")[1] ?? "    at "), error?.stack === error.stack, Object.keys(error).includes("stack"), Object.hasOwn(error, "stack")];
export class Room {
  async fetch() {
    const told = [about(new Error("local")), about(new RangeError()), about(new Own("own")), new Own("own").extra];
    try { throw new SyntaxError("thrown"); } catch (error) { told.push(about(error)); }
    try { await Promise.reject(new URIError("rejected")); } catch (error) { told.push(about(error)); }
    try { new URL("nothing"); } catch (error) { told.push(about(error)[1]); }
    const changed = new Error("changed");
    changed.stack = "mine";
    told.push(changed.stack, ({ stack: 5 }).stack, ({}).stack, [1].map((stack) => ({ stack }).stack), delete changed.stack, changed.stack);
    const named = function inner() { return new Error("named").stack.split("\\n")[1]; };
    told.push(/at .*inner/.test(named()), /worker\\.js:\\d+:\\d+/.test(named()));
    return Response.json(told);
  }
}
export default { fetch: (request, env) => env.ROOM.getByName("one").fetch(request) };`;

export async function client(t) {
  await t.fetch("/");
}
