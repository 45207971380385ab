// Section 4.3: the status text that a caller of an object sees.
export const config = { classes: { ROOM: "Room" } };
export const worker = `
export class Room {
  fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    const statusText = searchParams.get("text") ?? undefined;
    return new Response(null, { status: Number(pathname.slice(1)), statusText });
  }
}
export default {
  async fetch(request, env) {
    const answer = await env.ROOM.getByName("one").fetch(request);
    return Response.json([answer.status, answer.statusText]);
  }
};`;

export async function client(t) {
  for (const path of ["/200", "/201", "/204", "/299", "/404", "/418", "/503", "/599", "/200?text=Fine", "/404?text="]) await t.fetch(path);
}
