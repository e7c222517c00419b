/** Doors that answer wrongly on purpose: a surface's tests show with them that they can fail. */

/** `door`, with the status of its answer number `number` (from 1) changed. */
export function withWrongStatus(door, number) {
  let answers = 0;
  return async (request) => {
    const answer = await door(request);
    answers += 1;
    return answers === number ? { ...answer, status: 418 } : answer;
  };
}

/** `door`, with `from` replaced by `to` in every body. */
export function withWrongText(door, from, to) {
  return async (request) => {
    const answer = await door(request);
    return { ...answer, body: replaced(answer.body, from, to) };
  };
}

async function* replaced(body, from, to) {
  for await (const piece of body) yield Buffer.from(Buffer.from(piece).toString().replace(from, to));
}

/** How many requests a scenario sends. */
export function requestsOf(scenario) {
  return scenario.steps.filter((step) => step.request !== undefined).length;
}
