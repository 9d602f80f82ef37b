// Judges documents by the schema of a CustomResourceDefinition, as an API server would: its keywords, and its CEL rules by @bufbuild/cel.
// Reads {schema, documents} from standard input; writes what each document fails, and how often each keyword held and failed.
import { readFileSync } from "node:fs";
import { celEnv, parse, plan } from "@bufbuild/cel";

const planned = new Map();

/** A value as CEL has it: objects are maps, whole numbers are integers. */
function toCel(value) {
  if (Array.isArray(value)) return value.map(toCel);
  if (value !== null && typeof value === "object") return new Map(Object.entries(value).map(([k, v]) => [k, toCel(v)]));
  return Number.isInteger(value) ? BigInt(value) : value;
}

const known = new Map();

/** Whether a rule holds for a value; most values occur in thousands of documents. */
function holds(rule, value) {
  const question = `${rule} ${JSON.stringify(value)}`;
  if (!known.has(question)) known.set(question, evaluate(rule, value));
  return known.get(question);
}

function evaluate(rule, value) {
  if (!planned.has(rule)) planned.set(rule, plan(celEnv(), parse(rule)));
  const result = planned.get(rule)({ self: toCel(value) });
  // An error counts as a refusal, as it does in an API server.
  return result === true;
}

const isText = (v) => typeof v === "string";
const isList = Array.isArray;
const isMap = (v) => v !== null && typeof v === "object" && !isList(v);

/** Each keyword: which values it speaks of, and whether it holds. */
const keywords = {
  pattern: [isText, (v, p) => new RegExp(p, "u").test(v)],
  minLength: [isText, (v, n) => [...v].length >= n],
  maxLength: [isText, (v, n) => [...v].length <= n],
  enum: [(v) => !isMap(v) && !isList(v), (v, all) => all.includes(v)],
  minimum: [Number.isFinite, (v, n) => v >= n],
  maximum: [Number.isFinite, (v, n) => v <= n],
  minItems: [isList, (v, n) => v.length >= n],
  maxItems: [isList, (v, n) => v.length <= n],
};

const seen = {};

function note(place, held) {
  seen[place] ??= [0, 0];
  seen[place][held ? 0 : 1]++;
}

function visit(schema, value, path, place, failures) {
  seen[place] ??= [0, 0];
  seen[place][0]++;
  const check = (what, held, at = path) => {
    note(`${place} ${what}`, held);
    if (!held) failures.push(at);
  };
  for (const [name, [speaksOf, test]] of Object.entries(keywords)) {
    if (schema[name] !== undefined && speaksOf(value)) check(name, test(value, schema[name]));
  }
  if (isMap(value)) {
    for (const name of schema.required ?? []) check(`required ${name}`, value[name] !== undefined, `${path}.${name}`);
    for (const [name, child] of Object.entries(value)) {
      const field = schema.properties?.[name];
      if (field) visit(field, child, `${path}.${name}`, `${place}.${name}`, failures);
      else if (schema.additionalProperties) visit(schema.additionalProperties, child, `${path}[${name}]`, `${place}{}`, failures);
    }
  }
  if (isList(value) && schema.items) value.forEach((item, i) => visit(schema.items, item, `${path}[${i}]`, `${place}[]`, failures));
  for (const { rule } of schema["x-kubernetes-validations"] ?? []) check(`rule ${rule}`, holds(rule, value));
}

const { schema, documents } = JSON.parse(readFileSync(0, "utf8"));
const failures = documents.map((document) => {
  const found = [];
  visit(schema, document, "spec", "spec", found);
  return found;
});
process.stdout.write(JSON.stringify({ failures, seen }));
