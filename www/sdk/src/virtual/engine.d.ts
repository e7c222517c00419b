/** The glue of wasm-bindgen, which the build wraps into a function of the host functions it calls. */
import type { Instantiate } from "../engine/instance.js";

declare const instantiate: Instantiate;
export default instantiate;
