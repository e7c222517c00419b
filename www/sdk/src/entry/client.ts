/** The entry `simplesandbox-mock/client`: the SDK alone, for a server or a backend that lives elsewhere. */
import { callSite } from "../caller.js";
import { type SandboxClient, type SandboxOptions, connect } from "../client.js";

export * from "./public.js";

/**
 * Connects to a cloud: `baseUrl` for a server, `backend` for anything that answers requests as `fetch` does.
 *
 * @throws A TypeError where neither is given, or both.
 * @throws {@link SandboxApiError} 400 for an option that is unknown or of another type.
 */
export function Sandbox(options: SandboxOptions = {}): SandboxClient {
  return connect(options, {}, callSite(Sandbox));
}

/** Another name of {@link Sandbox}. */
export const createSandboxClient = Sandbox;
