// Says what the CEL rules of a CustomResourceDefinition cost at most, as an API server estimates it before it takes the definition: by the factors
// of cel-go's estimate, and rounded up where that is simpler. Reads {schema} from standard input; a cost without a bound is Number.MAX_VALUE.
import { readFileSync } from "node:fs";
import { parse } from "@bufbuild/cel";

const traversal = 0.1; // of a character that is read
const bytesOfCharacter = 4;
const newList = 10;

/** How large a value can be: characters, items, entries; 1 for what has no parts. */
function sizeOf(schema) {
  switch (schema?.type) {
    case "string":
      return schema.enum ? Math.max(...schema.enum.map((v) => v.length)) : (schema.maxLength ?? Infinity) * bytesOfCharacter;
    case "array":
      return schema.maxItems ?? Infinity;
    case "object":
      return schema.additionalProperties ? (schema.maxProperties ?? Infinity) : 1;
    case "integer":
    case "number":
    case "boolean":
      return 1;
    default:
      return Infinity;
  }
}

const value = (cost, schema, size = sizeOf(schema)) => ({ cost, schema, size });
const plain = (cost) => value(cost, { type: "boolean" });
const sum = (values) => values.reduce((total, v) => total + v.cost, 0);
const reading = (size) => Math.ceil(size * traversal);

/** What a call costs besides its arguments. A function that isn't here has no known cost. */
const calls = {
  "_?_:_": ([test, yes, no]) => value(test.cost + Math.max(yes.cost, no.cost), yes.schema, Math.max(yes.size, no.size)),
  "_&&_": (all) => plain(sum(all)),
  "_||_": (all) => plain(sum(all)),
  "!_": (all) => plain(sum(all) + 1),
  "@not_strictly_false": (all) => plain(sum(all) + 1),
  "_+_": (all) => plain(sum(all) + 1 + reading(all[0].size + all[1].size)),
  size: (all) => plain(sum(all) + 1),
  duration: (all) => plain(sum(all) + 1 + reading(all[0].size)),
};
for (const name of ["_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_"]) {
  calls[name] = (all) => plain(sum(all) + 1 + reading(Math.min(all[0].size, all[1].size)));
}

function estimate(expression, names) {
  const { case: kind, value: e } = expression.exprKind;
  switch (kind) {
    case "constExpr":
      return value(0, undefined, e.constantKind.case === "stringValue" ? e.constantKind.value.length : 1);
    case "identExpr":
      return { ...names[e.name], cost: 1 };
    case "selectExpr": {
      const of = estimate(e.operand, names);
      return e.testOnly ? plain(of.cost + 1) : value(of.cost + 1, of.schema?.properties?.[e.field]);
    }
    case "listExpr": {
      const items = e.elements.map((item) => estimate(item, names));
      return value(sum(items) + newList, { type: "array", items: items[0].schema }, items.length);
    }
    case "callExpr": {
      const cost = calls[e.function];
      if (!cost) throw new Error(`no cost is known of ${e.function}`);
      return cost([...(e.target ? [e.target] : []), ...e.args].map((a) => estimate(a, names)));
    }
    case "comprehensionExpr": {
      const range = estimate(e.iterRange, names);
      const begin = estimate(e.accuInit, names);
      const inside = { ...names, [e.accuVar]: plain(0), [e.iterVar]: value(0, range.schema?.items) };
      const turn = estimate(e.loopCondition, inside).cost + estimate(e.loopStep, inside).cost;
      return plain(range.cost + begin.cost + range.size * turn + estimate(e.result, inside).cost);
    }
    default:
      throw new Error(`no cost is known of ${kind}`);
  }
}

const rules = [];

function visit(schema, path, times) {
  for (const { rule } of schema["x-kubernetes-validations"] ?? []) {
    const { cost } = estimate(parse(rule).expr, { self: value(0, schema) });
    rules.push({ path, rule, cost: Math.min(cost * times, Number.MAX_VALUE) });
  }
  for (const [name, child] of Object.entries(schema.properties ?? {})) visit(child, `${path}.${name}`, times);
  if (schema.items) visit(schema.items, `${path}[]`, times * sizeOf(schema));
  if (typeof schema.additionalProperties === "object") visit(schema.additionalProperties, `${path}{}`, times * sizeOf(schema));
}

visit(JSON.parse(readFileSync(0, "utf8")).schema, "", 1);
process.stdout.write(JSON.stringify({ rules }));
