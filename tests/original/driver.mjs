// Calls methods of the published @auth/pg-adapter, all calls of one line at once.
//
// A line of input is {"calls": [[method, argument], ...]}; its line of output is
// {"answers": [{"value": ..., "start": ms, "end": ms} or {"error": ..., ...}, ...]}.
import { createInterface } from "node:readline";
import PostgresAdapter from "@auth/pg-adapter";
import pg from "pg";

const pool = new pg.Pool({
  connectionString: process.env.AUTHJS_TORTURE_URL,
  max: Number(process.env.AUTHJS_TORTURE_POOL),
  connectionTimeoutMillis: 2000,
});
// Without a listener a lost idle connection would end the process.
pool.on("error", () => {});
const adapter = PostgresAdapter(pool);

// What Auth.js does with an address that signs in for the first time, in its order.
const flows = {
  async signInWithEmail(email) {
    return (
      (await adapter.getUserByEmail(email)) ??
      (await adapter.createUser({ email, emailVerified: new Date() }))
    );
  },
  ...adapter,
};

// JSON has no dates; Auth.js gives Date objects.
function revived(key, value) {
  return key === "expires" ? new Date(value) : value;
}

async function answer([method, argument]) {
  const start = performance.now();
  const end = () => ({ start, end: performance.now() });
  try {
    const value = (await flows[method](argument)) ?? null;
    return { value, ...end() };
  } catch (error) {
    return { error: String(error.code ?? error.message), ...end() };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const { calls } = JSON.parse(line, revived);
  const answers = await Promise.all(calls.map(answer));
  process.stdout.write(`${JSON.stringify({ answers })}\n`);
}
await pool.end();
