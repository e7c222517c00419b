/** A backend behind a real server: `fetch` and whoever speaks HTTP reach it. */
import { createServer } from "node:http";

/** Serves `backend` on a free port, and notes what was asked. */
export async function serve(t, backend) {
  const asked = [];
  const server = createServer(async (request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const pieces = [];
    for await (const piece of request) {
      pieces.push(piece);
    }
    const body = pieces.length === 0 ? undefined : Buffer.concat(pieces);
    const answer = await backend.fetch(request.url, {
      method: request.method,
      headers: request.headers,
      body,
    });
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    for await (const piece of answer.body ?? []) {
      response.write(piece);
    }
    response.end();
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { asked, baseUrl: `http://127.0.0.1:${server.address().port}/api/v1` };
}
