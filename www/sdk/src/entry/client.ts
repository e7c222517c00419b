/** The entry `simplesandbox-mock/client`: the SDK alone, for a server or a backend that lives elsewhere. */
import { type SandboxClient, type SandboxOptions, connect } from "../client.js";

export * from "./public.js";

/**
 * Connects to a cloud: `baseUrl` for a server, `backend` for anything that answers requests as `fetch` does.
 *
 * @throws A TypeError where neither is given, or both.
 */
export function Sandbox(options: SandboxOptions = {}): SandboxClient {
  return connect(options, {});
}

/** Another name of {@link Sandbox}. */
export const createSandboxClient = Sandbox;
