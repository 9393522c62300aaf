// Measures the worker of this tree against another one, which is built already: `node bench/compare.mjs NAME FOLDER`
//
// Both are measured in the same run, by turns, because other work on the machine changes times: believe the ratios. It uses loopback only.
import { spawn } from "node:child_process";
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import workerd from "workerd";
import { fill, requests, send } from "./requests.mjs";
import { compatibilityDate, start, VARIABLES } from "./service.mjs";

const STARTS = 20;
const ROUNDS = 5;
const CONNECTIONS = 8;
/** How long work after an answer may take, in ms. */
const SETTLES = 100;

const [name, folder] = process.argv.slice(2);
const folders = [process.cwd(), folder];
const median = (numbers) => numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)];
/** The two sides, the other way round in every second round. */
const turns = (sides, round) => (round % 2 ? sides.toReversed() : sides);

function print(title, [ours, theirs]) {
  const ratios = ours.map((number, round) => number / theirs[round]);
  const spread = [Math.min(...ratios), Math.max(...ratios)].map((ratio) => ratio.toFixed(2)).join("–");
  const columns = [median(ours), median(theirs), median(ratios)].map((number) => number.toFixed(2).padStart(12));
  console.log(`${title.padEnd(28)}${columns.join("")}   ${spread}`);
}

function head(title) {
  console.log(`\n${title}`);
  console.log(`${"".padEnd(28)}${["here", name, "ratio"].map((word) => word.padStart(12)).join("")}   least–most`);
}

/** Writes the worker of a folder with a configuration of workerd. Behind its bindings is nothing: `/health` asks nothing of them. */
async function alone(folder) {
  const state = await mkdtemp(join(tmpdir(), "portineria-bench-"));
  for (const file of ["index.js", "index_bg.wasm"]) await copyFile(join(folder, "build", file), join(state, file));
  const texts = Object.entries(VARIABLES).map(([variable, text]) => `(name = "${variable}", text = "${text}")`);
  const bindings = [...texts, ...["DB", "TOKENS"].map((binding) => `(name = "${binding}", service = "worker")`)];
  const config = `using Workerd = import "/workerd/workerd.capnp";
    const config :Workerd.Config = (
      services = [(name = "worker", worker = .worker)],
      sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "worker")],
    );
    const worker :Workerd.Worker = (
      modules = [(name = "index.js", esModule = embed "index.js"), (name = "index_bg.wasm", wasm = embed "index_bg.wasm")],
      compatibilityDate = "${compatibilityDate(folder)}",
      bindings = [${bindings.join(", ")}],
    );`;
  await writeFile(join(state, "config.capnp"), config);
  return state;
}

/** Returns the ms from the start of workerd until its first answer is read. */
async function firstAnswer(state) {
  const began = performance.now();
  const child = spawn(workerd.default, ["serve", "config.capnp", "--control-fd=3"], { cwd: state, stdio: ["ignore", "ignore", "inherit", "pipe"] });
  const ended = new Promise((resolve) => child.once("close", resolve));
  try {
    for await (const line of createInterface({ input: child.stdio[3] })) {
      const { event, port } = JSON.parse(line);
      if (event !== "listen") continue;
      const answer = await fetch(`http://127.0.0.1:${port}/health`);
      await answer.text();
      if (answer.ok) return performance.now() - began;
    }
    throw new Error("workerd did not answer");
  } finally {
    child.kill("SIGKILL");
    await ended;
  }
}

async function starts() {
  const sides = [];
  for (const folder of folders) sides.push({ state: await alone(folder), times: [] });
  try {
    for (const { state } of sides) await firstAnswer(state);
    for (let round = 0; round < STARTS; round += 1) for (const side of turns(sides, round)) side.times.push(await firstAnswer(side.state));
  } finally {
    for (const { state } of sides) await rm(state, { recursive: true });
  }
  head(`From the start of workerd to the first answer, ms, the median of ${STARTS}`);
  print("start", sides.map(({ times }) => times));
}

/** Returns the CPU time in ms of one request, when so many are sent over eight connections. */
async function cpu(service, { made, count }) {
  const waiting = await made(service, count);
  await sleep(SETTLES);
  const before = service.cpu();
  const connection = async () => {
    for (let request = waiting.pop(); request; request = waiting.pop()) await send(service, request);
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, connection));
  await sleep(SETTLES);
  return (service.cpu() - before) / count;
}

async function requestsAtOnce() {
  const services = [];
  try {
    for (const folder of folders) services.push(await start(folder));
    for (const service of services) await fill(service);
    head(`CPU of worker and local D1 for one request, ms, ${CONNECTIONS} connections, the median of ${ROUNDS} rounds`);
    for (const request of requests) {
      const sides = services.map((service) => ({ service, times: [] }));
      // The first round only lets V8 compile what is used.
      for (let round = 0; round <= ROUNDS; round += 1) for (const side of turns(sides, round)) side.times.push(await cpu(side.service, request));
      print(request.name, sides.map(({ times }) => times.slice(1)));
    }
  } finally {
    for (const service of services) await service.stop();
  }
}

await starts();
await requestsAtOnce();
