// A worker on workerd with its local D1 and KV, by Miniflare: one process, reached without a proxy, so that its CPU time is the worker's and D1's.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { unstable_splitSqlQuery as statements } from "wrangler";

const { INSPECTOR_PORT } = process.env;
export const VARIABLES = {
  PUBLIC_URL: "http://localhost:8787",
  SETUP_TOKEN: "the setup token of the bench",
  SIGNING_KEY: "A".repeat(43),
  MAIL_PROVIDER: "none",
};

/** The compatibility date of the worker in this folder. */
export const compatibilityDate = (folder) => /^compatibility_date = "(.+?)"/m.exec(readFileSync(join(folder, "wrangler.toml"), "utf8"))[1];

const processes = () => {
  try {
    return execFileSync("pgrep", ["-P", String(process.pid), "workerd"], { encoding: "utf8" }).trim().split("\n");
  } catch {
    return []; // There is none.
  }
};

/** Returns the CPU time in ms, of user and system, that a process has used: on Linux to 10 ms, as macOS's ps has it, too. */
function cpuOf(pid) {
  if (existsSync(`/proc/${pid}/stat`)) {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
    return (Number(fields[11]) + Number(fields[12])) * 10;
  }
  const time = execFileSync("ps", ["-o", "time=", "-p", pid], { encoding: "utf8" }).trim().split(":");
  return time.reduce((seconds, part) => seconds * 60 + Number(part), 0) * 1000;
}

/** Starts the worker that is built in this folder, on an empty database. */
export async function start(folder) {
  const others = processes();
  const options = {
    modulesRoot: join(folder, "build"),
    modules: [
      { type: "ESModule", path: join(folder, "build/index.js") },
      { type: "CompiledWasm", path: join(folder, "build/index_bg.wasm") },
    ],
    compatibilityDate: compatibilityDate(folder),
    bindings: VARIABLES,
    d1Databases: ["DB"],
    kvNamespaces: ["TOKENS"],
    unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
    cf: false,
    ...(INSPECTOR_PORT && { inspectorPort: Number(INSPECTOR_PORT) }),
  };
  const miniflare = new Miniflare(convertV4MiniflareOptions(options));
  const url = await miniflare.unsafeGetDirectURL();
  const [pid] = processes().filter((process) => !others.includes(process));
  const database = await miniflare.getD1Database("DB");
  const migrations = readdirSync(join(folder, "migrations")).filter((name) => name.endsWith(".sql"));
  for (const name of migrations.sort()) {
    const sql = readFileSync(join(folder, "migrations", name), "utf8");
    await database.batch(statements(sql).map((statement) => database.prepare(statement)));
  }
  return { url, cpu: () => cpuOf(pid), stop: () => miniflare.dispose() };
}
