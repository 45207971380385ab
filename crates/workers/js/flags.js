// The compatibility flags of this program: enable name -> whether it is on. Source: workers-api.md, appendix A.

const { on, off } = native.flags;

for (const name of on.split(",")) if (name !== "") exports[name] = true;
for (const name of off.split(",")) if (name !== "") exports[name] = false;
Object.freeze(exports);
