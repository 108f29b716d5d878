/* Asks JSONata's reference implementation. A JSON list on standard input is answered, item by item, by one on standard
 * output, in which {"error": ...} stands for what it refuses.
 *
 *   node jsonata.cjs names      expression -> {"names": [...]}, its variables that neither it nor JSONata itself defines
 *   node jsonata.cjs evaluate   [expression, bindings] -> {"value": ...}, or {} for undefined
 */
"use strict";

const jsonata = require("jsonata");

// Step Functions adds it.
const parse = (text) => (text === undefined ? undefined : JSON.parse(text));

async function names(expression) {
  const used = new Set();
  const bound = new Set(["", "$"]);
  collect(jsonata(expression).ast(), used, bound);
  const free = [...used].filter((name) => !bound.has(name));
  const builtIn = await Promise.all(free.map(isBuiltIn));
  return { names: free.filter((_, index) => !builtIn[index]).sort() };
}

function collect(node, used, bound) {
  if (node === null || typeof node !== "object") return;
  if (node.type === "variable") used.add(node.value);
  if (node.type === "bind") bound.add(node.lhs.value);
  if (node.type === "lambda") node.arguments.forEach((argument) => bound.add(argument.value));
  Object.values(node).forEach((child) => collect(child, used, bound));
}

// Step Functions lacks $eval.
async function isBuiltIn(name) {
  return name !== "eval" && (await jsonata(`$type($${name})`).evaluate(null)) === "function";
}

async function evaluate([expression, bindings]) {
  return { value: await jsonata(expression).evaluate(undefined, { parse, ...bindings }) };
}

async function main() {
  const answer = { names, evaluate }[process.argv[2]];
  const items = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
  const answers = items.map((item) => answer(item).catch((error) => ({ error: error.message })));
  process.stdout.write(JSON.stringify(await Promise.all(answers)));
}

main();
