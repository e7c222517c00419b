// Postgres database
// Where only the data must last, the volume goes to the database's
// own directory, and the server runs in the background.
// Not here yet: the Postgres server and its tools, which end with
// exit code 127.
import { Sandbox } from "simplesandbox-mock";

const client = Sandbox();

const database = await client.sandboxes.create({
  image: "postgres:16",
  volumes: {
    "/var/lib/postgresql/data": { name: "postgres_database", sizeGb: 5 },
  },
  env: { POSTGRES_PASSWORD: "only-for-this-demo", POSTGRES_DB: "shop" },
});

// Returns at once; what the server says goes into its log.
await database.exec("docker-entrypoint.sh postgres >/tmp/postgres.log 2>&1", { background: true });

const log = await database.exec("sleep 0.2; cat /tmp/postgres.log");
console.log("The server's log:", log.stdout);

// Its exit code is nobody's: whether it runs, the list of processes tells.
const running = await database.exec("pgrep -a postgres");
console.log(running.success ? `It runs: ${running.stdout}` : "No process postgres: the server is not there");

const ready = await database.exec('psql -U postgres -d "$POSTGRES_DB" -c "select 1"');
if (!ready.success) {
  console.error(`The database does not answer: exit code ${ready.exitCode}`);
}
