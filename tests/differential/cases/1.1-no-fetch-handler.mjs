// Section 1.1: a Worker whose default export has no fetch().
export const worker = `export default { async scheduled() {} };`;

export async function client(t) {
  await t.fetch("/");
}
