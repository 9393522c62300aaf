// The built worker with D1 and KV that fail as the request says in its header `x-faults`, as JSON: { "kv": "hangs", "d1": "lost", … }.
// The scheduled job, which has no header, fails as the last POST to /__job asked. Only tests bundle this.
import Portineria from "../../build/index.js";

export * from "../../build/index.js";

const never = () => new Promise(() => {});
const after = (ms, act) => new Promise((done) => setTimeout(() => done(act()), ms));

/** The ways a binding can fail, by name. `real` makes the real call. */
const MODES = {
  error: () => Promise.reject(new Error("500 Internal Server Error")),
  exception: () => Promise.reject(new DOMException("the operation was aborted", "AbortError")),
  text: () => Promise.reject("a text"),
  number: () => Promise.reject(42),
  undefined: () => Promise.reject(undefined),
  null: () => Promise.reject(null),
  object: () => Promise.reject({}),
  symbol: () => Promise.reject(Symbol("a symbol")),
  trap: () => Promise.reject(new Proxy({}, { get: () => { throw new Error("do not ask"); } })),
  throws: () => { throw new Error("at once"); },
  throws_undefined: () => { throw undefined; },
  answers_nothing: () => undefined,
  answers_nonsense: () => Promise.resolve("nonsense"),
  hangs: never,
  late: (real) => after(1_000, real),
  too_late: (real) => after(12_000, real),
};

/** Returns the result of a call with this fault, or of the real call without one. */
const faulty = (fault, real) => (fault ? MODES[fault](real) : real());

/** KV with faults in every method. */
const tokens = (real, faults) => Object.fromEntries(["get", "put", "delete"].map((name) => [name, (...given) => faulty(faults.kv, () => real[name](...given))]));

/** Whether a statement changes data that people see. Refusals, counts of attempts and times of visits are no such data. */
const isChange = (sql) =>
  /^\s*WITH\b/i.test(sql)
    ? /\b(INSERT|DELETE\s+FROM|UPDATE)\b/.test(sql) && !/\bUPDATE\s+attempt\b/.test(sql)
    : /^\s*(INSERT(\s+OR\s+\w+)?\s+INTO|DELETE\s+FROM|UPDATE)\s+(?!refusal\b|attempt\b)\w/i.test(sql) && !/^\s*UPDATE\s+\w+\s+SET\s+last_seen_at/i.test(sql);

/** The ways to lose the reply of a batch after its commit. */
const LOST = {
  lost: () => Promise.reject(new Error("D1_ERROR: Network connection lost.")),
  lost_undefined: () => Promise.reject(undefined),
  lost_late: never,
};

/** D1 with faults in its sessions, which are what the worker uses. */
const database = (real, faults) => ({
  withSession(constraint) {
    if (faults.d1 === "session_throws") throw undefined;
    const session = real.withSession(constraint);
    const texts = new WeakMap();
    return {
      prepare(sql) {
        if (faults.d1 === "prepare_throws") throw "no";
        return {
          bind(...values) {
            const statement = session.prepare(sql).bind(...values);
            texts.set(statement, sql);
            return statement;
          },
        };
      },
      async batch(statements) {
        if (!(faults.d1 in LOST)) return faulty(faults.d1, () => session.batch(statements));
        const answer = await session.batch(statements);
        if (!statements.some((statement) => isChange(texts.get(statement)))) return answer;
        const lose = LOST[faults.d1];
        faults.d1 = undefined;
        faults.lost += 1;
        return lose();
      },
    };
  },
});
/** The same for faults in which the method itself throws, or returns no promise. */
const abrupt = (real, faults) => ({
  withSession(constraint) {
    const session = database(real, faults).withSession(constraint);
    return ["throws", "throws_undefined", "answers_nothing"].includes(faults.d1) ? { ...session, batch: () => MODES[faults.d1]() } : session;
  },
});

/** Whether the platform refuses the response. */
let refusesHeaders = false;
const append = Headers.prototype.append;
Object.defineProperty(Headers.prototype, "append", {
  value(name, value) {
    if (refusesHeaders && name === "x-request-id") throw undefined;
    return append.call(this, name, value);
  },
});

let jobFaults = {};

export default class extends Portineria {
  constructor(context, env) {
    const faults = { lost: 0 };
    super(context, { ...env, DB: abrupt(env.DB, faults), TOKENS: tokens(env.TOKENS, faults) });
    this.faults = faults;
  }

  async fetch(request) {
    if (new URL(request.url).pathname === "/__job") {
      jobFaults = await request.json();
      return new Response(null, { status: 204 });
    }
    const faults = Object.assign(this.faults, JSON.parse(request.headers.get("x-faults") ?? "{}"));
    const broken = () => new ReadableStream({ pull: (controller) => controller.error(undefined) });
    const received = faults.body ? new Request(request.url, { method: request.method, headers: request.headers, body: broken() }) : request;
    refusesHeaders = faults.answer === "refused";
    try {
      const answer = await super.fetch(received);
      const response = new Response(answer.body, answer);
      response.headers.set("x-lost", String(faults.lost));
      return response;
    } finally {
      [refusesHeaders, faults.d1] = [false, undefined];
    }
  }

  async scheduled(event) {
    Object.assign(this.faults, jobFaults);
    return super.scheduled(event);
  }
}
