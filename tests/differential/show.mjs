// Prints the transcripts of the cases whose name contains the argument: node tests/differential/show.mjs 2.6 [workerd|holdfast]
import { load, startHoldfast, startReference } from "./cases.mjs";
import { transcribe } from "./transcript.mjs";

const [filter = "", only] = process.argv.slice(2);
const cases = await load(filter);
if (only !== "holdfast") {
  const reference = await startReference(cases);
  for (const one of cases) print(one, "workerd", await transcribe(one.client, reference.urls[one.name]));
  if (process.env.VERBOSE) console.log(reference.program.text);
  await reference.stop();
}
if (only !== "workerd") {
  for (const one of cases) {
    const server = await startHoldfast(one);
    print(one, "holdfast", await transcribe(one.client, server.url));
    if (process.env.VERBOSE) console.log(server.text);
    await server.stop();
  }
}

function print({ name }, where, { lines }) {
  console.log(`== ${name} on ${where}`);
  for (const line of lines) console.log(`   ${line}`);
}
