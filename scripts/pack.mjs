// pack.mjs IN OUT: the same wasm with its functions named in the order in which gzip finds most that repeats, for wasm-opt to sort them by.
//
// gzip looks back 32 kB. So after each function comes the one that shares most runs of six bytes with what stands in that window: a run
// counts the more the fewer functions have it, and all in relation to the function's size. (A twentieth of the worker; same input, same order.)
import { readFileSync, writeFileSync } from "node:fs";

const RUN = 6;
const HOLDERS = 300; // a run that more functions have tells nothing
const WINDOW = 30_000;
const IMPORT = 2, CODE = 10, NAMES = 0; // sections

const [input, output] = process.argv.slice(2);
const wasm = readFileSync(input);

let at = 8;
const number = () => {
  let value = 0, shift = 0, byte;
  do {
    byte = wasm[at++];
    value += (byte & 127) * 2 ** shift;
    shift += 7;
  } while (byte > 127);
  return value;
};
const skip = (bytes) => (at += bytes);
const encoded = (value) => (value < 128 ? [value] : [(value & 127) | 128, ...encoded(value >>> 7)]);
const sized = (bytes) => [...encoded(bytes.length), ...bytes];

let imported = 0;
const bodies = [];
while (at < wasm.length) {
  const section = wasm[at++], end = number() + at;
  if (section === IMPORT) imported = functionsImported();
  if (section === CODE) {
    for (let left = number(); left > 0; left--) {
      const size = number();
      bodies.push(wasm.subarray(at, at + size));
      at += size;
    }
  }
  at = end;
}

function functionsImported() {
  let functions = 0;
  for (let left = number(); left > 0; left--) {
    for (let names = 0; names < 2; names++) skip(number());
    const kind = wasm[at++];
    if (kind === 0) functions++;
    if (kind === 1 || kind === 3 || kind === 4) at++; // the type of a table, a global, a tag
    if (kind === 3) { at++; continue; } // whether it changes
    const flags = number(); // for a function or a tag, its type
    if (kind === 1 || kind === 2) {
      number();
      if (flags & 1) number();
    }
  }
  return functions;
}

// Which functions have a run, and which runs a function has.
const holders = new Map();
bodies.forEach((body, which) => {
  for (let place = 0; place + RUN <= body.length; place++) {
    const run = body.readUIntBE(place, RUN);
    const known = holders.get(run);
    if (!known) holders.set(run, [which]);
    else if (known.length <= HOLDERS && known.at(-1) !== which) known.push(which);
  }
});
const runs = bodies.map(() => []);
for (const known of holders.values()) {
  if (known.length > 1 && known.length <= HOLDERS) for (const which of known) runs[which].push(known);
}

const likeness = new Float64Array(bodies.length);
const cost = bodies.map((body) => (body.length + 60) ** 0.9);
const left = new Set(bodies.keys());
const order = [], window = [];
let seen = 0;
const count = (which, sign) => {
  for (const known of runs[which]) for (const other of known) likeness[other] += sign / known.length;
};
let next = bodies.reduce((largest, body, which) => (body.length > bodies[largest].length ? which : largest), 0);
while (left.delete(next)) {
  order.push(next);
  window.push(next);
  seen += bodies[next].length;
  count(next, 1);
  while (seen > WINDOW && window.length > 1) {
    const gone = window.shift();
    seen -= bodies[gone].length;
    count(gone, -1);
  }
  let best = -1;
  for (const which of left) {
    const gain = likeness[which] / cost[which];
    if (gain > best) [best, next] = [gain, which];
  }
}

const names = [];
order.map((which, rank) => [which + imported, `f${String(rank).padStart(6, "0")}`])
  .sort(([one], [other]) => one - other)
  .forEach(([which, name]) => names.push(...encoded(which), ...sized([...Buffer.from(name)])));
const section = [...sized([...Buffer.from("name")]), 1, ...sized([...encoded(order.length), ...names])];
writeFileSync(output, Buffer.concat([wasm, Buffer.from([NAMES, ...sized(section)])]));
