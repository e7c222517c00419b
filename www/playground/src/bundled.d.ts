/** `bundled:` imports are modules of this folder, bundled on their own, as text (see `build.mjs`). */
declare module "bundled:*" {
  const source: string;
  export default source;
}
