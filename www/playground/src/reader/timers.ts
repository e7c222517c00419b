/** The reader's timers, counted: a program with a timer running is not over. */

export interface CountedTimers {
  readonly functions: object;
  pending(): number;
}

export function countedTimers(): CountedTimers {
  const { setTimeout, setInterval, clearTimeout } = globalThis;
  const running = new Set<unknown>();
  const clear = (id: number | undefined): void => {
    running.delete(id);
    clearTimeout(id);
  };
  return {
    pending: () => running.size,
    functions: {
      setTimeout: (callback: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => {
        const id: unknown = setTimeout(() => {
          running.delete(id);
          callback(...args);
        }, ms);
        running.add(id);
        return id;
      },
      setInterval: (callback: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => {
        const id: unknown = setInterval(() => callback(...args), ms);
        running.add(id);
        return id;
      },
      setImmediate: (callback: (...args: unknown[]) => void, ...args: unknown[]) => {
        const id: unknown = setTimeout(() => {
          running.delete(id);
          callback(...args);
        }, 0);
        running.add(id);
        return id;
      },
      clearTimeout: clear,
      clearInterval: clear,
      clearImmediate: clear,
    },
  };
}
