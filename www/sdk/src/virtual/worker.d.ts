/** The whole script of the engine's worker, as the build bundles it. */
declare const source: string;
export default source;
