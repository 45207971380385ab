// Section 4.1: making ids and stubs starts nothing: the object begins with its first call.
export const config = { classes: { ROOM: "Room" } };
export const worker = `
export class Room { born = Date.now(); asked = 0; fetch() { return Response.json([this.born, ++this.asked]); } }
export default {
  async fetch(request, env) {
    const stubs = Array.from({ length: 5 }, (_, n) => env.ROOM.getByName("n" + n));
    const looked = stubs.map((one) => [typeof one.fetch, one.id.name, one.name]);
    await scheduler.wait(50);
    const asked = Date.now(), told = [];
    for (const stub of [stubs[0], stubs[0], env.ROOM.getByName("n0"), stubs[1]]) {
      const [born, count] = await (await stub.fetch("http://a/")).json();
      told.push([born >= asked - 20, count]);
    }
    return Response.json([looked, told]);
  }
};`;

export async function client(t) {
  await t.fetch("/");
}
