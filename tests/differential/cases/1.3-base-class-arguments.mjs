// Section 1.3: what the base classes' constructors take.
import { probes } from "../probes.mjs";

const imports = `import { DurableObject, WorkerEntrypoint, WorkflowEntrypoint } from "cloudflare:workers"; class Own extends WorkerEntrypoint {}`;

export const { config, worker, client } = probes({ imports, inObject: true }, {
  "an object without env": ({ ctx }) => new DurableObject(ctx),
  "an object with a number for env": ({ ctx }) => new DurableObject(ctx, 5),
  "an object with null for env": ({ ctx }) => new DurableObject(ctx, null),
  "an object with a function for env": ({ ctx }) => Object.keys(new DurableObject(ctx, () => 1)),
  "an object without anything": () => new DurableObject(),
  "an entrypoint of an object's state": ({ ctx, env }) => Object.keys(new WorkerEntrypoint(ctx, env)),
  "an entrypoint without anything": () => new WorkerEntrypoint(),
  "an entrypoint of null": ({ env }) => new WorkerEntrypoint(null, env),
  "an entrypoint of a number": ({ env }) => new WorkerEntrypoint(1, env),
  "an entrypoint without env": () => new WorkerEntrypoint({}),
  "an entrypoint of a function": () => new WorkerEntrypoint(() => 1),
  "an entrypoint of objects": () => Object.keys(new WorkerEntrypoint({}, {})),
  "a class of the program's": () => new Own("x"),
  "a workflow of a number": () => new WorkflowEntrypoint(1, {}),
  "a workflow of an object": () => new WorkflowEntrypoint({}, {}),
  "a workflow of a state": ({ ctx, env }) => new WorkflowEntrypoint(ctx, env),
});
