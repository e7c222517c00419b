// What the storage benchmarks write: bytes that no compression shortens, the same in every run and for every subject.

/** `length` bytes that depend on the seed alone (xorshift). */
export function bytes(length, seed) {
  const words = new Uint32Array(Math.ceil(length / 4));
  let state = (seed * 2654435761 + 1) >>> 0;
  for (let i = 0; i < words.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[i] = state;
  }
  return new Uint8Array(words.buffer, 0, length);
}

/** `count` files of `size` bytes, a hundred a directory. */
export function files(count, size) {
  return Array.from({ length: count }, (_, number) => ({
    path: `d${Math.floor(number / 100)}/f${number}`,
    data: bytes(size, number + 1),
  }));
}

/** The directories that files lie in. */
export const directories = (of) => [...new Set(of.map(({ path }) => path.split("/")[0]))];

/** A `.tar` of files, as GNU tar writes one. */
export function tar(of) {
  const blocks = [];
  const encode = (text) => new TextEncoder().encode(text);
  for (const { path, data } of of) {
    const header = new Uint8Array(512);
    const put = (at, text) => header.set(encode(text), at);
    put(0, path);
    put(100, "0000644\0");
    put(108, "0000000\0");
    put(116, "0000000\0");
    put(124, `${data.length.toString(8).padStart(11, "0")} `);
    put(136, "14700000000 ");
    put(148, "        ");
    put(156, "0");
    put(257, "ustar  \0");
    const sum = header.reduce((all, byte) => all + byte, 0);
    put(148, `${sum.toString(8).padStart(6, "0")}\0 `);
    blocks.push(header, data, new Uint8Array((512 - (data.length % 512)) % 512));
  }
  blocks.push(new Uint8Array(1024));
  const whole = new Uint8Array(blocks.reduce((all, block) => all + block.length, 0));
  let at = 0;
  for (const block of blocks) {
    whole.set(block, at);
    at += block.length;
  }
  return whole;
}

/** Throws unless both are the same bytes. */
export function same(found, wanted, what) {
  if (found.length !== wanted.length || found.some((byte, at) => byte !== wanted[at])) {
    throw new Error(`${what} was not read back as it was written`);
  }
}
