// Section 6.1: two objects of one class, and objects of two classes, share nothing.
export const config = { sqlite: true, classes: { ONE: "One", TWO: "Two" } };
export const worker = `
class Kept {
  constructor(state) { this.storage = state.storage; }
  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/put") await this.storage.put(searchParams.get("key"), searchParams.get("value"));
    return Response.json([...await this.storage.list()]);
  }
}
export class One extends Kept {}
export class Two extends Kept {}
export default {
  async fetch(request, env) {
    const { pathname, search, searchParams } = new URL(request.url);
    return env[searchParams.get("class")].getByName(searchParams.get("name")).fetch("http://object" + pathname + search);
  }
};`;

export async function client(t) {
  for (const [of, name] of [["ONE", "a"], ["ONE", "b"], ["TWO", "a"]]) await t.fetch(`/put?class=${of}&name=${name}&key=${of}-${name}&value=1`);
  for (const [of, name] of [["ONE", "a"], ["ONE", "b"], ["TWO", "a"], ["TWO", "b"]]) await t.fetch(`/list?class=${of}&name=${name}`);
}
