import { describe, expect, it } from "vitest";
import { TransformersError } from "../../../errors.js";
import { ChatTemplate } from "./template.js";

// What Jinja2 3.1.6 renders and this interpreter does not: nothing of it may be read in another way.

const REFUSED: Readonly<Record<string, RegExp>> = {
  "{% for x in [1] recursive %}{{ x }}{% endfor %}": /"recursive" cannot stand there/,
  "{% block x %}a{% endblock %}": /no tag named "block"/,
  "{% with a = 1 %}{{ a }}{% endwith %}": /no tag named "with"/,
  "{% for j in [1] %}{% set x %}{% break %}{% endset %}{% endfor %}": /no loop that it could leave/,
  "{% if 1, 2 %}a{% endif %}": /"," cannot stand there, after "1"/,
  "{{ 1 if true if false else 3 }}": /"if" cannot stand there, after "1 if true"/,
  "{{ if }}": /a value is missing before "if"/,
  "{{ é }}": /Unexpected character: é/,
  "{{ '\\N{DIGIT ONE}' }}": /\\N does not say which character/,
  "{{ '\\ud83d\\ude00' }}": /\\ud83d is no character/,
  "{{ 'a' | default('b')(3) }}": /what a filter gives cannot be called/,
  "{{ 4 is divisibleby(num=2) }}": /takes one argument, and none by name/,
  "{{ 'a' | wordwrap(5) }}": /no filter named "wordwrap"/,
  "{{ [1] | random }}": /no filter named "random"/,
  "{{ {'b': 1} | pprint }}": /pprint of dicts/,
  "{{ '&nbsp;' | striptags }}": /does not know what &nbsp; stands for/,
  "{{ 'a'.encode() }}": /a template has no bytes/,
  "{{ '一'.isnumeric() }}": /isnumeric of ideographs/,
  "{{ 'Σ'.swapcase() }}": /capital sigma/,
  "{{ '{:.2}'.format(3.14159) }}": /no format that is supported/,
  "{{ '{:%}'.format(0.5) }}": /no format that is supported/,
  "{{ '{:x}'.format(255) }}": /no format that is supported/,
  "{{ '{:5}'.format(true) }}": /unsupported format string passed to bool/,
  "{{ '%#x' % 255 }}": /no format that is supported/,
  "{{ '%e' % 1.5 }}": /no format that is supported/,
  "{{ [1] | map('string') }}": /generator cannot be printed/,
  "{{ range }}": /range cannot be printed/,
  "{{ cycler(1) }}": /Cycler cannot be printed/,
  "{{ lipsum() }}": /lipsum.* is not supported/,
  "{{ {range(2): 1} }}": /unhashable type: 'range'/,
  "{{ {'__class__': 1}.__class__ }}": /write \["__class__"\]/,
  "{{ 123456789012345678901234567890 }}": /more than 9007199254740991/,
};

describe("what chat templates may not have", () => {
  for (const [source, message] of Object.entries(REFUSED)) {
    it(`is refused, and named: ${source}`, () => {
      const render = () => new ChatTemplate(source).render({}).text;
      expect(render).toThrow(TransformersError);
      expect(render).toThrow(message);
    });
  }
});
