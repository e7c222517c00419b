// Figures of a benchmark: medians of many rounds, shown as a table or as JSON.

/** The middle of the sorted numbers. */
export function median(numbers) {
  return quantile(numbers, 0.5);
}

/** The number that a share of all numbers is not above, between neighbours by their distance. */
export function quantile(numbers, share) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)];
  return below + (sorted[Math.ceil(place)] - below) * (place - Math.floor(place));
}

/**
 * Runs each of the named jobs `blocks` times `rounds` times and gives the milliseconds of every round. The jobs take
 * turns by blocks: a busy moment of the machine hits all alike, and within a block each runs as it does for its users,
 * without the other's garbage. The first `warmUp` rounds of each block are not counted.
 */
export async function takeTurns(jobs, { blocks, rounds, warmUp }) {
  const times = Object.fromEntries(Object.keys(jobs).map((name) => [name, []]));
  for (let block = 0; block < blocks; block++) {
    for (const [name, job] of Object.entries(jobs)) {
      for (let round = -warmUp; round < rounds; round++) {
        const began = performance.now();
        await job();
        const took = performance.now() - began;
        if (round >= 0) {
          times[name].push(took);
        }
      }
    }
  }
  return times;
}

/** Median and 95th percentile in milliseconds. */
export function summary(times) {
  return { medianMs: rounded(median(times)), p95Ms: rounded(quantile(times, 0.95)), rounds: times.length };
}

/** Three significant decimals are more than a measurement is worth. */
export function rounded(milliseconds) {
  return Math.round(milliseconds * 1000) / 1000;
}

/** Prints the figures as one JSON object with `--json`, else as lines. */
export function show(figures) {
  if (process.argv.includes("--json")) {
    console.log(JSON.stringify(figures));
    return;
  }
  console.log(`\n${figures.name}: ${figures.about}`);
  for (const [what, figure] of Object.entries(figures.results)) {
    const text =
      typeof figure === "object"
        ? `${figure.medianMs} ms (95 %: ${figure.p95Ms} ms, ${figure.rounds} rounds)`
        : figure;
    console.log(`  ${what.padEnd(44)} ${text}`);
  }
}
