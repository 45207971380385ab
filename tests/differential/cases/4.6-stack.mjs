// Section 4.6: what of the stack of an object's exception reaches its caller: a text that begins with the error itself.
export const config = { classes: { ROOM: "Room" } };
export const worker = `
export class Room { fetch() { const inner = () => { throw new TypeError("with a stack"); }; inner(); } }
export default {
  async fetch(request, env) {
    try { await env.ROOM.getByName("one").fetch("http://a/"); } catch (error) {
      return Response.json([typeof error.stack, error.stack.split("\\n")[0], error.stack.includes("inner"), Object.keys(error).includes("stack")]);
    }
  }
};`;

export async function client(t) {
  await t.fetch("/");
}
