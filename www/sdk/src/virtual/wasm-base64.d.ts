/** The engine's wasm, compressed by gzip, in base64; a file of its own that is loaded only when needed. */
declare const base64: string;
export default base64;
