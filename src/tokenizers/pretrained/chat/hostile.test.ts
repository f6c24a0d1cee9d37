import { describe, expect, it } from "vitest";
import { TransformersError } from "../../../errors.js";
import { ChatTemplate } from "./template.js";

/** Templates that ask for more time or memory than there is. */
const BOMBS: Readonly<Record<string, string>> = {
  "a range of a milliard": "{% for i in range(1000000000) %}x{% endfor %}",
  "a range that ends far away in small steps": "{{ range(0, 100000001, 1) | length }}",
  "loops in loops": "{% for i in range(3000) %}{% for j in range(3000) %}{% endfor %}{% endfor %}",
  "loops in loops that write":
    "{% for i in range(9000) %}{% for j in range(90) %}0123456789ABCDEF{% endfor %}{% endfor %}",
  "indentation by half a gigabyte": "{{ 'a\nb' | indent(500000000) }}",
  "many lines indented": "{{ ('a\n' * 100000) | indent(1000) }}",
  "a string so often": "{{ 'a' * 1000000000 }}",
  "a list so often": "{{ ([0] * 1000000000) | length }}",
  "a string doubled":
    "{% set ns = namespace(s='aaaaaaaa') %}{% for i in range(40) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}{{ ns.s }}",
  "a list doubled":
    "{% set ns = namespace(l=[1]) %}{% for i in range(60) %}{% set ns.l = ns.l + ns.l %}{% endfor %}{{ ns.l | length }}",
  "a list of itself, printed":
    "{% set ns = namespace(l=[1]) %}{% for i in range(60) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l }}",
  "a list of itself, as JSON":
    "{% set ns = namespace(l=[1]) %}{% for i in range(60) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l | tojson }}",
  "lists of themselves, compared":
    "{% set ns = namespace(l=[1], m=[1]) %}{% for i in range(60) %}{% set ns.l = [ns.l, ns.l] %}{% set ns.m = [ns.m, ns.m] %}{% endfor %}{{ ns.l == ns.m }}",
  "a list nested deep, printed":
    "{% set ns = namespace(l=[]) %}{% for i in range(20000) %}{% set ns.l = [ns.l] %}{% endfor %}{{ ns.l }}",
  "a separator of megabytes": "{% set s = 'a' * 8000000 %}{{ range(100) | join(s) }}",
  "a replacement of megabytes": "{% set s = 'a' * 100000 %}{{ s | replace('a', s) }}",
  "many strings of megabytes":
    "{% set s = 'a' * 8000000 %}{% set ns = namespace(l=[]) %}{% for i in range(90) %}{% set ns.l = ns.l + [(s ~ i) | upper] %}{% endfor %}",
  "JSON indented by a milliard": "{{ [1] | tojson(indent=1000000000) }}",
  "padding by a milliard": "{{ 'a'.center(1000000000) }}",
  "a format of a milliard": "{{ '%1000000000d' % 1 }}",
  "a field of a milliard": "{{ '{:>1000000000}'.format('a') }}",
  "rows filled up to a milliard": "{{ [1] | batch(1000000000, 0) | list }}",
  "slices by the milliard": "{{ [1] | slice(1000000000, 0) | list }}",
  "a macro that calls itself": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
  "macros that call each other":
    "{% macro a(n) %}{{ b(n) }}{{ b(n) }}{% endmacro %}{% macro b(n) %}{{ c(n) }}{{ c(n) }}{% endmacro %}{% macro c(n) %}{% for i in range(900) %}{{ d(n) }}{% endfor %}{% endmacro %}{% macro d(n) %}{% for i in range(900) %}{% endfor %}{% endmacro %}{{ a(1) }}",
  "a power of powers": "{{ 10 ** 10000 }}",
  "20,000 parentheses": `{{ ${"(".repeat(20_000)}1${")".repeat(20_000)} }}`,
  "20,000 brackets": `{{ ${"[".repeat(20_000)}1${"]".repeat(20_000)} }}`,
  "20,000 negations": `{{ ${"not ".repeat(20_000)}1 }}`,
  "20,000 signs": `{{ ${"- ".repeat(20_000)}1 }}`,
  "20,000 sums": `{{ 1${"+1".repeat(20_000)} }}`,
  "20,000 attributes": `{% set a = {} %}{{ a${".a".repeat(20_000)} }}`,
  "20,000 calls": `{{ range${"(1)".repeat(20_000)} }}`,
  "20,000 conditions in each other": `${"{% if 1 %}".repeat(20_000)}${"{% endif %}".repeat(20_000)}`,
  "20,000 alternatives": `{% if 0 %}${"{% elif 0 %}".repeat(20_000)}{% endif %}`,
  "20,000 choices": `{{ ${"1 if 0 else ".repeat(20_000)}1 }}`,
  "20,000 selections of each other":
    "{% set ns = namespace(l=[1]) %}{% for i in range(20000) %}{% set ns.l = ns.l | select %}{% endfor %}{{ ns.l | list }}",
  "20,000 comparisons of each other": `{{ 1${" < 2".repeat(20_000)} }}`,
  "20,000 strings joined": `{{ 1${" ~ 1".repeat(20_000)} }}`,
  "20,000 tests of tests": `{{ 1${" is eq [1".repeat(20_000)}${"]".repeat(20_000)} }}`,
  "20,000 filters around a block": `{% filter upper${" | upper".repeat(20_000)} %}{% endfilter %}`,
  "20,000 breaks in 20,000 conditions": `{% for x in [1] %}${"{% if 1 %}{% break %}".repeat(20_000)}`,
  "tabs of a milliard": "{{ 'a\\t'.expandtabs(1000000000) }}",
  "a field with zeros of a milliard": "{{ '{:01000000000d}'.format(1) }}",
  "ranges sliced and summed": "{% for i in range(100000) %}{{ range(100000)[i:] | sum }}{% endfor %}",
  "addresses that encoding makes longer": "{% set s = 'é' * 8000000 %}{{ s | urlencode }}{{ s | urlencode }}",
  "text that escaping makes longer": "{% set s = '\"' * 8000000 %}{{ s | e }}",
  "a source of megabytes": " ".repeat(3_000_000),
};

/** What has led out of other engines, or could: nothing may come of it but nothing, or an error. */
const ESCAPES: readonly string[] = [
  "''.__class__",
  "''.__class__.__mro__",
  "''.__class__.__base__.__subclasses__()",
  "[].__class__.__bases__[0]",
  "{}.__class__",
  "().__class__",
  "''['__class__']",
  "'' | attr('__class__')",
  "messages | map(attribute='__class__') | list | first",
  "messages[0].__proto__",
  "messages[0]['__proto__']",
  "messages[0].constructor",
  "messages[0]['constructor']['constructor']('return process')()",
  "messages.constructor",
  "messages['constructor']('a')",
  "messages.push",
  "messages.map",
  "messages.__defineGetter__",
  "messages[0].hasOwnProperty",
  "messages[0].toString",
  "messages[0].valueOf()",
  "''.constructor",
  "''.constructor.constructor('return 1')()",
  "'a'.sub('b')",
  "'a'.at(0)",
  "'a'.charCodeAt(0)",
  "(1).constructor",
  "1.0.toFixed",
  "true.constructor",
  "none.constructor",
  "range.constructor",
  "range.constructor('return process')()",
  "range.call",
  "range.__globals__",
  "range.prototype",
  "namespace.constructor",
  "namespace().__init__",
  "namespace().__class__",
  "raise_exception.__globals__['os']",
  "loop.__class__",
  "self",
  "self.__dict__",
  "self._TemplateReference__context",
  "cycler.__init__.__globals__.os",
  "joiner.__init__.__globals__",
  "cycler(1).__class__",
  "cycler(1).next.__globals__",
  "cycler(1).constructor",
  "joiner().__call__.__globals__",
  "loop.changed.__globals__",
  "range(3).constructor",
  "range(3).__class__",
  "range(3) | attr('constructor')",
  "'' | attr('constructor')",
  "('{0.constructor}').format('x')",
  "('{0[__proto__]}').format({})",
  "('{a.__class__.__mro__}').format(a=1)",
  "{} | attr('__proto__')",
  "cycler(1) | attr('constructor')",
  "lipsum.__globals__['os'].popen('id').read()",
  "request.application",
  "config.items()",
  "process.env",
  "globalThis.process",
  "require('fs')",
  "global",
  "import('fs')",
  "secret()",
  "danger.getter",
  "danger.method()",
  "danger.__proto__.method",
  "danger.constructor.name",
  "('{0.__class__}').format('x')",
  "('{0[constructor]}').format({})",
  "'%(constructor)s' % {}",
  "messages | selectattr('constructor') | list | length",
  "messages | sort(attribute='constructor') | length",
  "{}.get.constructor",
  "'a'.replace.constructor('return 1')()",
];

class Danger {
  own = "seen";
  get getter(): string {
    throw new Error("a getter was run");
  }
  method(): string {
    return "a method was run";
  }
}

const context = () => ({
  messages: [{ role: "user", content: "hi" }],
  secret: () => "a function was run",
  danger: Object.assign(new Danger(), { callback: () => "a function was run" }),
});

describe("a hostile chat template", () => {
  for (const [name, source] of Object.entries(BOMBS)) {
    it(`is stopped: ${name}`, () => {
      const code = codeOf(() => new ChatTemplate(source).render(context()));
      expect(code).toBe("TEMPLATE_LIMIT");
    });
  }

  it("reaches nothing of the engine and nothing that was not given as data", () => {
    const harmless = new Map([
      ["messages | selectattr('constructor') | list | length", "0"],
      ["messages | sort(attribute='constructor') | length", "1"],
      ["self", "<TemplateReference None>"],
    ]);
    for (const expression of ESCAPES) {
      let text: string;
      try {
        ({ text } = new ChatTemplate(`{{ ${expression} }}`).render(context()));
      } catch (reason) {
        expect(reason, expression).toBeInstanceOf(TransformersError);
        continue;
      }
      expect(text, expression).toBe(harmless.get(expression) ?? "");
    }
    expect(ESCAPES.length).toBeGreaterThanOrEqual(50);
  });

  it("cannot change what it was given", () => {
    const given = context();
    for (const change of [
      "messages.append(1)",
      "messages[0].update({})",
      "messages[0].pop('role')",
      "messages.clear()",
    ]) {
      expect(
        codeOf(() => new ChatTemplate(`{{ ${change} }}`).render(given)),
        change,
      ).toBe("TEMPLATE_FAILED");
    }
    expect(codeOf(() => new ChatTemplate("{% set messages[0].role = 1 %}").render(given))).toBe(
      "TEMPLATE_FAILED",
    );
    expect(given.messages).toEqual([{ role: "user", content: "hi" }]);
  });

  it("cannot have a generator go through itself", () => {
    const source =
      "{% set ns = namespace() %}{% set ns.g = [[ns]] | map('map', attribute='g') | map('first') | map('list') %}{{ ns.g | list }}";
    expect(() => new ChatTemplate(source).render({})).toThrow(/generator already executing/);
  });

  it("is named in what it says and does wrong", () => {
    const message = (source: string) => {
      try {
        new ChatTemplate(source).render({});
      } catch (reason) {
        return (reason as Error).message;
      }
      return "";
    };
    expect(message("{{ raise_exception('no system message') }}")).toMatch(/failed: no system message/);
    expect(message("{{ nope.role }}")).toMatch(/'nope' is undefined/);
    expect(message("{{ 'a' + 1 }}")).toMatch(/can only concatenate str \(not "int"\) to str/);
    expect(message("{% if %}")).toMatch(/cannot be read/);
    expect(message("{% raw +%}{% endraw %}")).toMatch(/cannot be read/); // Jinja: "Encountered unknown tag 'raw'"
    expect(message("{{ 'a' | whisper }}")).toMatch(/no filter named "whisper"/);
    expect(message("{% for x in 5 %}{% endfor %}")).toMatch(/'int' object is not iterable/);
  });
});

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (reason) {
    if (reason instanceof TransformersError) return reason.code;
    throw reason;
  }
  return "none";
}
