"""Chat templates in the manner of the families that people use, written for these tests, and conversations for them."""

# Each is in this project's own words; what they take from real ones is which constructs of Jinja they use.

CHATML = """{% for m in messages %}<|im_start|>{{ m.role }}
{{ m['content'] }}<|im_end|>
{% endfor %}
{%- if add_generation_prompt %}
<|im_start|>assistant
{% endif %}"""

BRACKETS = """{%- if messages[0]['role'] == 'system' -%}
    {%- set system, rest = messages[0]['content'], messages[1:] -%}
{%- else -%}
    {%- set system, rest = false, messages -%}
{%- endif -%}
{%- for m in rest -%}
    {%- if (m['role'] == 'user') != (loop.index0 % 2 == 0) -%}
        {{ raise_exception('user and assistant must take turns') }}
    {%- endif -%}
    {%- set text = '<<SYS>>\\n' + system + '\\n<</SYS>>\\n\\n' + m['content'] if loop.first and system else m['content'] -%}
    {%- if m['role'] == 'user' -%}
        {{ bos_token + '[INST] ' + text.strip() + ' [/INST]' }}
    {%- elif m['role'] == 'assistant' -%}
        {{ ' ' ~ text | trim ~ ' ' ~ eos_token }}
    {%- else -%}
        {{ raise_exception('unknown role ' ~ m['role']) }}
    {%- endif -%}
{%- endfor -%}"""

HEADERS = """{{- bos_token }}
{%- if not date_string is defined %}{% set date_string = strftime_now('%d %b %Y') %}{% endif %}
{%- if messages[0].role == 'system' %}
    {%- set system = messages[0].content | trim %}
    {%- set messages = messages[1:] %}
{%- else %}
    {%- set system = "" %}
{%- endif %}
{{- "<|start_header_id|>system<|end_header_id|>\\n\\nToday: " + date_string + "\\n\\n" }}
{%- if tools is not none and tools %}
    {{- "Answer with a call as JSON.\\n\\n" }}
    {%- for t in tools %}
        {{- t | tojson(indent=4) }}
        {{- "\\n\\n" }}
    {%- endfor %}
{%- endif %}
{{- system ~ "<|eot_id|>" }}
{%- for message in messages %}
    {%- if not (message.role == 'ipython' or message.role == 'tool' or 'tool_calls' in message) %}
        {{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n'+ message['content'] | trim + '<|eot_id|>' }}
    {%- elif 'tool_calls' in message %}
        {%- if not message.tool_calls | length == 1 %}
            {{- raise_exception("one call at a time") }}
        {%- endif %}
        {%- set call = message.tool_calls[0].function %}
        {{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n{"name": "' ~ call.name ~ '", "parameters": ' }}
        {{- call.arguments | tojson }}
        {{- "}<|eot_id|>" }}
    {%- else %}
        {{- "<|start_header_id|>ipython<|end_header_id|>\\n\\n" }}
        {%- if message.content is mapping or message.content is iterable %}
            {{- message.content | tojson }}
        {%- else %}
            {{- message.content }}
        {%- endif %}
        {{- "<|eot_id|>" }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}
{%- endif %}"""

XML_TOOLS = """{%- if tools %}
    {{- '<|im_start|>system\\n' }}
    {%- if messages[0]['role'] == 'system' %}
        {{- messages[0]['content'] }}
    {%- else %}
        {{- 'You help.' }}
    {%- endif %}
    {{- "\\n\\n# Tools\\n<tools>" }}
    {%- for tool in tools %}
        {{- "\\n" }}
        {{- tool | tojson }}
    {%- endfor %}
    {{- "\\n</tools><|im_end|>\\n" }}
{%- elif messages[0]['role'] == 'system' %}
    {{- '<|im_start|>system\\n' + messages[0]['content'] + '<|im_end|>\\n' }}
{%- endif %}
{%- for message in messages %}
    {%- if (message.role == "user") or (message.role == "system" and not loop.first) or (message.role == "assistant" and not message.tool_calls) %}
        {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>' + '\\n' }}
    {%- elif message.role == "assistant" %}
        {{- '<|im_start|>' + message.role }}
        {%- if message.content %}
            {{- '\\n' + message.content }}
        {%- endif %}
        {%- for tool_call in message.tool_calls %}
            {%- if tool_call.function is defined %}
                {%- set tool_call = tool_call.function %}
            {%- endif %}
            {{- '\\n<tool_call>\\n{"name": "' }}
            {{- tool_call.name }}
            {{- '", "arguments": ' }}
            {{- tool_call.arguments | tojson }}
            {{- '}\\n</tool_call>' }}
        {%- endfor %}
        {{- '<|im_end|>\\n' }}
    {%- elif message.role == "tool" %}
        {%- if (loop.index0 == 0) or (messages[loop.index0 - 1].role != "tool") %}
            {{- '<|im_start|>user' }}
        {%- endif %}
        {{- '\\n<tool_response>\\n' ~ message.content ~ '\\n</tool_response>' }}
        {%- if loop.last or (messages[loop.index0 + 1].role != "tool") %}
            {{- '<|im_end|>\\n' }}
        {%- endif %}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
    {%- if enable_thinking is defined and enable_thinking is false %}
        {{- '<think>\\n\\n</think>\\n\\n' }}
    {%- endif %}
{%- endif %}"""

LAST_QUERY = """{%- set ns = namespace(multi_step=true, last=messages|length - 1) %}
{%- for message in messages[::-1] %}
    {%- set index = (messages|length - 1) - loop.index0 %}
    {%- if ns.multi_step and message.role == "user" and message.content is string and not(message.content.startswith('<tool_response>') and message.content.endswith('</tool_response>')) %}
        {%- set ns.multi_step = false %}
        {%- set ns.last = index %}
    {%- endif %}
{%- endfor %}
{%- for message in messages %}
    {%- if message.content is string %}
        {%- set content = message.content %}
    {%- else %}
        {%- set content = '' %}
    {%- endif %}
    {%- if message.role == "assistant" %}
        {%- set thought = '' %}
        {%- if message.reasoning_content is string %}
            {%- set thought = message.reasoning_content %}
        {%- else %}
            {%- if '</think>' in content %}
                {%- set thought = content.split('</think>')[0].rstrip('\\n').split('<think>')[-1].lstrip('\\n') %}
                {%- set content = content.split('</think>')[-1].lstrip('\\n') %}
            {%- endif %}
        {%- endif %}
        {%- if loop.index0 > ns.last and (loop.last or (not loop.last and thought)) %}
            {{- '[' + message.role + ']\\n<think>\\n' + thought.strip('\\n') + '\\n</think>\\n\\n' + content.lstrip('\\n') }}
        {%- else %}
            {{- '[' + message.role + ']\\n' + content }}
        {%- endif %}
    {%- else %}
        {{- '[' ~ message.role ~ ']\\n' ~ content }}
    {%- endif %}
{%- endfor %}"""

TYPED_TOOLS = """{%- macro type_of(spec) %}
{%- set basic = {"string": "str", "number": "float", "integer": "int", "boolean": "bool"} %}
{%- if basic[spec.type] is defined %}
    {{- basic[spec.type] }}
{%- elif spec.type == "array" %}
    {{- "List[" + type_of(spec['items']) + "]" }}
{%- elif spec.type == "object" %}
    {%- if spec.additionalProperties is defined %}
        {{- "Dict[str, " + type_of(spec.additionalProperties) + ']' }}
    {%- else %}
        {{- "Dict" }}
    {%- endif %}
{%- elif spec.type is iterable and spec.type is not string %}
    {{- "Union[" }}
    {%- for each in spec.type %}
        {{- type_of({"type": each}) }}
        {%- if not loop.last %}{{- "," }}{%- endif %}
    {%- endfor %}
    {{- "]" }}
{%- else %}
    {{- "Any" }}
{%- endif %}
{%- endmacro %}
{%- macro old_calls(message) -%}
{{- '<|tool|>' -}}
{%- for c in message.tool_calls %}{{ c.function.name }}({{ c.function.arguments.items() | map(attribute=1) | join(', ') }}){% if not loop.last %};{% endif %}{% endfor -%}
{%- endmacro %}
{{- bos_token }}
{%- for tool in tools or [] %}
{%- if tool.function is defined %}{%- set tool = tool.function %}{%- endif %}
```python
def {{ tool.name }}(
{%- for name, fields in tool.parameters.properties.items() %}
{{- name }}: {{ type_of(fields) -}}
{%- if name not in (tool.parameters.required or []) %} = None{% endif -%}
{%- if not loop.last %}, {% endif %}
{%- endfor %}) -> {{ type_of(tool.return) if tool.return is defined else 'None' }}:
    \\"\\"\\"{{ tool.description | indent(4) }}\\"\\"\\"
```
{% endfor %}
{%- for message in messages %}
{%- if message.tool_calls is defined and message.tool_calls %}{{ old_calls(message) }}
{%- else %}<|{{ message.role | upper }}|>{{ message.content }}
{%- endif %}
{%- endfor %}"""

DOCUMENTS = """{%- if documents %}
<results>
{%- for document in documents %}

Document: {{ loop.index0 }}
{%- for key, value in document.items() %}
{{ key | title }}: {{ value }}
{%- endfor %}
{%- endfor %}

</results>
{% endif -%}
{% for message in messages %}
{%- if message.role == 'user' %}## User
{{ message.content }}
{% elif message.role == 'assistant' or message.role == 'chatbot' %}## Answer
{% generation %}{{ message.content }}{% endgeneration %}

{% endif %}
{%- endfor -%}
{%- if add_generation_prompt %}## Answer
{% endif %}"""

MASKED = """{% for message in messages %}
{%- if message['role'] == 'assistant' -%}
<a>{% generation %}{{ message['content'] | trim }}<e>{% endgeneration %}
{%- else -%}
<{{ message['role'][0] }}>{{ message['content'] | trim }}<e>
{%- endif %}
{%- endfor %}
{% if add_generation_prompt %}<a>{% endif %}"""

TURNS = """{{ bos_token }}{% if messages[0]['role'] == 'system' %}{{ raise_exception('no system message here') }}{% endif %}
{% for message in messages %}
{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('turns must alternate') }}{% endif %}
{% set role = 'model' if message['role'] == 'assistant' else message['role'] %}
{{ '<start_of_turn>' + role + '\\n' + message['content'] | trim + '<end_of_turn>\\n' }}
{% endfor %}
{% if add_generation_prompt %}{{ '<start_of_turn>model\\n' }}{% endif %}"""

PARTS = """{%- set images = namespace(count=0) -%}
{%- for message in messages -%}
{{ message.role }}:
{%- if message.content is string %} {{ message.content }}
{%- else %}
{%- for part in message.content %}
{%- if part.type == 'image' or 'image' in part or 'image_url' in part %}
{%- set images.count = images.count + 1 %}
{%- if add_vision_id %} Picture {{ images.count }}:{% endif %}<image>
{%- elif part['type'] == 'text' %} {{ part.text }}
{%- else %}{{ raise_exception('unknown part ' + part.type) }}
{%- endif %}
{%- endfor %}
{%- endif %}
{{ '' }}
{% endfor -%}
{{ images.count }} images"""

SMALL = {
    "vicuna": """{% set sep = ' ' %}{% for m in messages %}{% if m.role == 'user' %}USER: {{ m.content }}{{ sep }}{% elif m.role == 'assistant' %}ASSISTANT: {{ m.content }}{{ eos_token }}{% else %}{{ m.content }}{{ sep }}{% endif %}{% endfor %}{% if add_generation_prompt %}ASSISTANT:{% endif %}""",
    "alpaca": """{% for m in messages %}{% if not loop.first %}{{ '\\n\\n' }}{% endif %}### {{ {'user': 'Instruction', 'assistant': 'Response', 'system': 'System'}.get(m.role, m.role|capitalize) }}:\n{{ m.content }}{% endfor %}{{ '\\n\\n### Response:\\n' if add_generation_prompt }}""",
    "zephyr": """{% for message in messages %}\n{% if message['role'] == 'user' %}\n{{ '<|user|>\n' + message['content'] + eos_token }}\n{% elif message['role'] == 'system' %}\n{{ '<|system|>\n' + message['content'] + eos_token }}\n{% elif message['role'] == 'assistant' %}\n{{ '<|assistant|>\n'  + message['content'] + eos_token }}\n{% endif %}\n{% if loop.last and add_generation_prompt %}\n{{ '<|assistant|>' }}\n{% endif %}\n{% endfor %}""",
    "phi": """{% for message in messages %}{{ '<|' ~ message['role'] ~ '|>' ~ '\n' ~ message['content'] ~ '<|end|>' ~ '\n' }}{% endfor %}{{ '<|assistant|>\n' if add_generation_prompt else eos_token }}""",
    "deepseek": """{% if not add_generation_prompt is defined %}{% set add_generation_prompt = false %}{% endif %}{% set ns = namespace(is_first=false, is_tool=false, system='') %}{%- for message in messages %}{%- if message['role'] == 'system' %}{% set ns.system = ns.system + message['content'] %}{%- endif %}{%- endfor %}{{ bos_token }}{{ ns.system }}{%- for message in messages %}{%- if message['role'] == 'user' %}{%- set ns.is_tool = false -%}{{ '<|U|>' + message['content'] }}{%- endif %}{%- if message['role'] == 'assistant' and message['content'] is not none %}{%- if ns.is_tool %}{{ '<|end|>' + message['content'] }}{%- set ns.is_tool = false -%}{%- else %}{% set content = message['content'] %}{% if '</think>' in content %}{% set content = content.split('</think>')[-1] %}{% endif %}{{ '<|A|>' + content + '<|end|>' }}{%- endif %}{%- endif %}{%- if message['role'] == 'tool' %}{%- set ns.is_tool = true -%}{{ '<|T|>' + message['content'] }}{%- endif %}{%- endfor -%}{% if ns.is_tool %}{{ '<|end|>' }}{% endif %}{% if add_generation_prompt and not ns.is_tool %}{{ '<|A|><think>\\n' }}{% endif %}""",
    "falcon": """{% for message in messages %}{% if not loop.first %}{{ '\n' }}{% endif %}{{ message['role'] | capitalize ~ ': ' ~ message['content'] | trim | replace('\r\n', '\n') | replace('\n\n', '\n') }}{% endfor %}{% if add_generation_prompt %}{{ '\n' + 'Assistant:' }}{% endif %}""",
    "mpt": """{% if messages[0]['role'] == 'system' %}{% set loop_messages = messages[1:] %}{% set system_message = messages[0]['content'] %}{% elif 'system' not in messages[0]['role'] %}{% set loop_messages = messages %}{% set system_message = 'A conversation.' %}{% else %}{% set loop_messages = messages %}{% set system_message = false %}{% endif %}{% for message in loop_messages %}{% if loop.index0 == 0 %}{% if system_message != false %}{{ '<|im_start|>system\n' + system_message.strip() + '\n'}}{% endif %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] }}{% else %}{{ '\n' + '<|im_start|>' + message['role'] + '\n' + message['content'] }}{% endif %}{% if (add_generation_prompt == true and loop.last) %}{{ '\n' + '<|im_start|>' + 'assistant' + '\n' }}{% elif (message['role'] == 'assistant') %}{{ eos_token }}{% endif %}{% endfor %}""",
    "blenderbot": """{% for message in messages %}{% if message['role'] == 'user' %}{{ ' ' }}{% endif %}{{ message['content'] }}{% if not loop.last %}{{ '  ' }}{% endif %}{% endfor %}{{ eos_token }}""",
    "gpt2": """{% for message in messages %}{{ message.content }}{{ eos_token }}{% endfor %}""",
    "sorted_tools": """{% for t in (tools or []) | sort(attribute='function.name') %}{{ loop.index }}. {{ t.function.name }}: {{ t.function.parameters.properties | dictsort | tojson }}\n{% else %}no tools\n{% endfor %}{{ messages | selectattr('role', 'equalto', 'user') | map(attribute='content') | list | tojson }}""",
    "roles": """{{ messages | map(attribute='role') | unique | join('/') }}{{ messages | rejectattr('role', 'in', ['system', 'tool']) | list | length }}{{ (messages | last).role }}{{ (messages | first)['role'] }}""",
    "grouping": """{% for role, group in messages | groupby('role') %}{{ role }}={{ group | length }}{% if not loop.last %},{% endif %}{% endfor %};{{ messages | selectattr('tool_calls', 'defined') | list | length }}""",
    "prints": """{{ messages[0] }}|{{ none }}|{{ true }}|{{ 1.0 }}|{{ [1, 'a', none] }}|{{ (1, 'b') }}|{{ {'k': 'it\\'s'} }}|{{ 1 if false else 2 }}""",
    "arithmetic": """{{ 7 // 2 }} {{ -7 // 2 }} {{ 7 % 3 }} {{ -7 % 3 }} {{ 7 / 2 }} {{ 2 ** 3 }} {{ 1 + 2 * 3 }} {{ (1 + 2) * 3 }} {{ 10 - 2 - 3 }} {{ 0.1 + 0.2 }} {{ 1 / 3 }} {{ 3.0 * 2 }} {{ 'ab' * 3 }} {{ [1] * 2 }} {{ 5 | abs }} {{ -5.5 | abs }} {{ 2.675 | round(2) }} {{ 3.5 | round }} {{ 4.5 | round | int }} {{ 7.1 | round(0, 'ceil') }}""",
    "comparisons": """{{ 1 == 1.0 }} {{ '1' == 1 }} {{ true == 1 }} {{ none == false }} {{ [1, 2] == [1, 2] }} {{ {'a': 1} == {'a': 1.0} }} {{ 'a' < 'b' }} {{ [1, 2] < [1, 3] }} {{ 'x' in 'xyz' }} {{ 1 not in [2, 3] }} {{ 'k' in {'k': 0} }} {{ not '' }} {{ '' or 'd' }} {{ 'x' and 0 }} {{ 3 >= 3 and 2 != 3 }}""",
    "strings": """{{ 'Straße ÉTÉ'.upper() }} {{ 'HeLLo wORLD'.title() }} {{ 'éa b'.capitalize() }} {{ '  x '.strip() }}| {{ 'xxaxx'.strip('x') }} {{ 'a,b,,c'.split(',') }} {{ ' a  b '.split() }} {{ 'a b c'.split(' ', 1) }} {{ 'a b c'.rsplit(' ', 1) }} {{ 'aXbXc'.replace('X', '-', 1) }} {{ 'abc'.find('c') }} {{ 'abcabc'.count('bc') }} {{ 'a\\nb\\r\\nc'.splitlines() }} {{ '-'.join(['a', 'b']) }} {{ 'abc'.startswith(('x', 'a')) }} {{ '42'.isdigit() }} {{ '7'.zfill(3) }} {{ 'ab'.center(5, '*') }} {{ 'key=v'.partition('=') }} {{ 'é😀x' | length }} {{ 'é😀x'[1] }} {{ '😀ab'[1:] }} {{ 'abc'[::-1] }}""",
    "filters": """{{ 'a b'|title }} {{ [3, 1, 2]|sort }} {{ ['b', 'A', 'c']|sort(reverse=true) }} {{ [1, 2, 3]|sum }} {{ [1, 5, 2]|max }} {{ ['a', 'B']|min }} {{ [1, 2, 3, 4, 5]|batch(2)|list }} {{ [1, 2, 3]|map('string')|join('+') }} {{ ['x', '', 'y']|select|list }} {{ [1, 2, 3, 4]|select('even')|list }} {{ [1, 2, 3]|reject('gt', 2)|list }} {{ 'abc'|reverse }} {{ [1, 2]|reverse|list }} {{ undefined_name|default('dflt') }} {{ ''|default('x', true) }} {{ 'x'|d('y') }} {{ 'line\\nnext\\n\\nlast'|indent }} {{ 'a\\nb'|indent(2, true) }} {{ '<a>&'|e }} {{ '3.9'|float }} {{ '12'|int + 1 }} {{ 'zz'|int(7) }} {{ 'some words here'|wordcount }} {{ 'a very long text indeed'|truncate(10) }} {{ '%s=%d' | format('n', 5) }} {{ [1, 2]|first }} {{ 'xyz'|last }} {{ {'a': 1}|items|list }} {{ 5|string + '!' }} {{ [[1, 'b'], [0, 'a']]|sort(attribute=0) }} {{ [1, 1, 2]|unique|list }} {{ 'hello'|list }}""",
    "json": """{{ messages[0] | tojson }}|{{ {'b': [1, 2.5, none, true], 'a': {}} | tojson(indent=2) }}|{{ {'b': 1, 'a': 'é<>\\'"\\n'} | tojson(sort_keys=true) }}|{{ 'é😀' | tojson(ensure_ascii=true) }}|{{ {'a': [1, 2]} | tojson(separators=(',', ':')) }}|{{ [] | tojson(indent=2) }}""",
    "tests": """{{ 3 is odd }} {{ 4 is even }} {{ 9 is divisibleby(3) }} {{ 9 is divisibleby 2 }} {{ 'a' is string }} {{ 1 is number }} {{ 1.5 is float }} {{ 1 is integer }} {{ true is boolean }} {{ none is none }} {{ x is undefined }} {{ [] is sequence }} {{ {} is mapping }} {{ 'a' is in ['a', 'b'] }} {{ 'c' is not in ['a', 'b'] }} {{ 1 is eq 1 }} {{ 2 is gt(1) }} {{ 'abc' is lower }} {{ 'ABC' is upper }} {{ none is sameas none }} {{ range is callable }} {{ 'a' is iterable }} {{ 5 is not string }}""",
    "scopes": """{% set x = 0 %}{% for i in [1, 2] %}{{ x }}{% set x = i %}{{ x }};{% endfor %}{{ x }}{% set ns = namespace(n=0) %}{% for i in range(3) %}{% set ns.n = ns.n + i %}{% endfor %}{{ ns.n }}{% if true %}{% set y = 'seen' %}{% endif %}{{ y }}{% set block %}<{{ x }}>{% endset %}{{ block }}{% for i in [] %}{% else %}empty{% endfor %}""",
    "loops": """{% for i in range(2, 9, 3) %}{{ loop.index }}/{{ loop.revindex0 }}/{{ loop.first }}/{{ loop.last }}:{{ i }}{{ loop.cycle('a', 'b') }} {% endfor %}{% for i in range(6) if i % 2 %}{{ i }}{{ loop.length }}{% endfor %}{% for k, v in {'a': 1, 'b': 2}.items() %}{{ k }}{{ v }}{% endfor %}{% for i in range(9) %}{% if i == 1 %}{% continue %}{% endif %}{% if i == 4 %}{% break %}{% endif %}{{ i }}{% endfor %}{% for m in messages %}{{ loop.previtem.role if not loop.first }}>{{ loop.nextitem.role if loop.nextitem is defined }} {% endfor %}{% for c in 'ab' %}[{{ c }}]{% endfor %}""",
    "macros": """{% macro tag(name, body='', sep='-') %}<{{ name }}{{ sep }}{{ body }}>{% endmacro %}{{ tag('a') }}{{ tag('b', 'x') }}{{ tag('c', sep='+') }}{{ tag(body='y', name='d') }}{% macro wrap(n) %}({{ n }}:{{ caller(n) }}){% endmacro %}{% call(v) wrap(3) %}got {{ v }}{% endcall %}{% macro fact(n) %}{% if n <= 1 %}1{% else %}{{ n * fact(n - 1) | int }}{% endif %}{% endmacro %}{{ fact(5) }}{% macro va(a) %}{{ a }}{{ varargs }}{{ kwargs }}{% endmacro %}{{ va(1, 2, k=3) }}{% filter upper %}shout {{ 1 }}{% endfilter %}""",
    "whitespace": """  {% if true %}\n  a\n  {% endif %}\n  b {{ 1 }}\n   c\n{%- if true %}  \n d{% endif -%}   \n\n e {#- gone -#}  f\n  {# alone #}\n g {{- 2 -}} h\n\t{%- for i in [1, 2] %}\n{{ i }}\n  {%- endfor %}\n\n""",
    "keep_whitespace": """  {%+ if true %}\n a\n  {%+ endif %}\n b {% if true +%}\n c{% endif %}\n""",
    "raw": """{% raw %}{{ not run }} {% if %}{% endraw %}{{ 'run' }}\n  {% raw -%}  kept {%- endraw %} z""",
    "quotes": """{{ "dq \\"in\\" it" }}{{ 'sq \\'in\\' it' }}{{ '\\x41\\u00e9\\n\\t\\\\' }}{{ 'a' 'b' }}{{ '{{ not a tag }}' }}{{ "%}" }}{{ '\\d' }}""",
    "dictionaries": """{{ {'a': {'b': [1, {'c': 'deep'}]}}.a.b[1].c }}{{ {'items': 5}['items'] }}{{ {'x': 1}.get('y') }}{{ {'x': 1}.get('y', 2) }}{{ {'x': 1, 'y': 2}.keys() | list }}{{ {'x': 1}.values() | list }}{{ {1: 'one', true: 'yes'}[1] }}{{ dict(a=1, b=2) }}{{ {}['nope'] }}|{{ {}.nope }}|{{ messages[99] }}""",
    "undefineds": """{{ nope }}|{{ nope is defined }}|{{ nope or 'alt' }}|{{ messages[0].nope }}|{{ messages[0].nope is defined }}|{{ (nope if false) }}|{{ nope | length }}|{{ [nope] | list | length }}|{% if nope %}a{% else %}b{% endif %}|{% for x in nope %}{% else %}none{% endfor %}""",
    "set_tuple": """{% set a, b = 1, 'two' %}{{ a }}{{ b }}{% set pair = (a, b) %}{{ pair[1] }}{% for x, (y, z) in [] %}{% endfor %}{% set c = a if a > 5 else b if b else 'none' %}{{ c }}""",
    "dates": """{{ strftime_now('%Y-%m-%d') }} {{ strftime_now('%B %d, %Y %H:%M:%S %p %A %j %y %-d') }}""",
    "generation_loop": """{% for m in messages %}{{ m.role }}:{% if m.role == 'assistant' %}{% generation %} {{ m.content }}{{ eos_token }}{% endgeneration %}{% else %} {{ m.content }}{% endif %}\n{% endfor %}""",
    "comments": """{# a comment with {{ tags }} and {% if %} #}x{# two\nlines #}\ny{#- tight -#} z""",
    "nested_if": """{% for m in messages %}{% if m.role == 'user' %}{% if m.content|length > 10 %}long{% elif m.content|length > 5 %}mid{% else %}short{% endif %}{% elif m.role in ['assistant', 'model'] %}a{% endif %}{% endfor %}""",
    "string_numbers": """{{ '10' + '5' }}{{ '10' ~ 5 }}{{ 10 ~ none ~ true ~ 1.5 }}{{ 'n=' + 5 | string }}{{ '%05.2f|%-4s|%x' % (3.14159, 'a', 255) }}{{ '{}-{x}'.format('p', x=1) }}""",
    "slices": """{% set l = [0, 1, 2, 3, 4] %}{{ l[1:3] }}{{ l[:-1] }}{{ l[-2:] }}{{ l[::2] }}{{ l[::-1] }}{{ l[3:1:-1] }}{{ l[10:] }}{{ l[-1] }}{{ 'hello'[1:4] }}{{ messages[1:]|length }}{{ messages[:1]|length }}""",
    "cohere_safety": """{%- if safety_mode is undefined -%}{% set safety_mode = 'CONTEXTUAL' %}{%- endif -%}{%- set mode = safety_mode | upper -%}<{{ mode }}>{%- for m in messages -%}{%- if m.role|lower == 'system' -%}[S]{{ m.content }}{%- elif m.role|lower in ('user', 'human') -%}[U]{{ m.content.strip() }}{%- endif -%}{%- endfor -%}""",
    "mistral_tools": """{%- set user_messages = messages | selectattr("role", "equalto", "user") | list %}{{ bos_token }}{%- for message in messages %}{%- if message["role"] == "user" %}{%- if tools is not none and (message == user_messages[-1]) %}[AVAILABLE_TOOLS] [{%- for tool in tools %}{%- set tool = tool.function %}{"type": "function", "function": {%- for key, val in tool.items() if key != "return" %}{%- if val is string %}"{{ key }}": "{{ val }}"{%- else %}"{{ key }}": {{ val|tojson }}{%- endif %}{%- if not loop.last %}, {% endif %}{%- endfor %}}}{%- if not loop.last %}, {% else %}]{% endif %}{%- endfor %}[/AVAILABLE_TOOLS]{% endif %}[INST] {{ message["content"] }}[/INST]{%- elif message.tool_calls is defined and message.tool_calls is not none %}[TOOL_CALLS] [{%- for tool_call in message.tool_calls %}{%- set out = tool_call.function|tojson %}{{ out[:-1] }}{%- if not tool_call.id is defined or tool_call.id|length != 9 %}{{ ', "id": "none"}' }}{%- else %}{{ ', "id": "' + tool_call.id + '"}' }}{%- endif %}{%- if not loop.last %}, {% else %}]{{ eos_token }}{% endif %}{%- endfor %}{%- elif message["role"] == "assistant" %}{{ " " + message["content"]|trim + eos_token }}{%- elif message["role"] == "tool" %}[TOOL_RESULTS] {"content": {{ message.content|string|tojson }}}[/TOOL_RESULTS]{%- endif %}{%- endfor %}""",
    "granite": """{%- if messages[0]['role'] == 'system' %}{%- set system_message = messages[0]['content'] %}{%- set loop_messages = messages[1:] %}{%- else %}{%- set system_message = "Today is " + strftime_now('%B %d, %Y') + "." %}{%- if tools and documents %}{%- set system_message = system_message + " Tools and documents." %}{%- elif tools %}{%- set system_message = system_message + " Tools." %}{%- endif %}{%- set loop_messages = messages %}{%- endif %}<|start|>system<|mid|>{{ system_message }}<|end|>\n{%- if documents %}\n<|start|>documents<|mid|>\n{%- for document in documents %}\n{{ 'Document ' + loop.index0 | string + '\\n' + document['text'] }}{%- if not loop.last %}{{ '\\n\\n' }}{%- endif %}{%- endfor %}<|end|>\n{%- endif %}\n{%- for message in loop_messages %}<|start|>{{ message['role'] }}<|mid|>{{ message['content'] }}<|end|>\n{%- if loop.last and add_generation_prompt %}<|start|>assistant{%- if controls %}{{ ' ' + controls | tojson() }}{%- endif %}<|mid|>{%- endif %}\n{%- endfor %}""",
    "solar": """{% for m in messages %}{% if m.role == 'system' %}{% if m.content %}### System:\n{{ m.content }}\n\n{% endif %}{% elif m.role == 'user' %}### User:\n{{ m.content }}\n\n{% elif m.role == 'assistant' %}### Assistant:\n{{ m.content }}\n\n{% endif %}{% if loop.last and add_generation_prompt %}### Assistant:\n{% endif %}{% endfor %}""",
    "starling": """{{ bos_token }}{% for message in messages %}{{ 'GPT4 Correct ' + message['role'].title() + ': ' + message['content'] + '<|end_of_turn|>'}}{% endfor %}{% if add_generation_prompt %}{{ 'GPT4 Correct Assistant:' }}{% endif %}""",
    "olmo": """{{ eos_token }}{% for message in messages %}\n{% if message['role'] == 'user' %}\n{{ '<|user|>\n' + message['content'] }}\n{% elif message['role'] == 'assistant' %}\n{{ '<|assistant|>\n'  + message['content'] + eos_token }}\n{% endif %}\n{% if loop.last and add_generation_prompt %}\n{{ '<|assistant|>' }}\n{% endif %}\n{% endfor %}""",
    "exaone": """{% for message in messages %}{% if loop.first and message['role'] != 'system' %}{{ '[|system|][|endofturn|]\n' }}{% endif %}{{ '[|' + message['role'] + '|]' + message['content'] }}{% if message['role'] == 'user' %}{{ '\n' }}{% else %}{{ '[|endofturn|]\n' }}{% endif %}{% endfor %}{% if add_generation_prompt %}{{ '[|assistant|]' }}{% endif %}""",
    "glm": """[gMASK]<sop>{% for item in messages %}{% if item['tools'] is defined %}<|system|>\n{% for tool in item['tools'] %}{{ tool | tojson(indent=4) }}{% endfor %}{% endif %}{% if item['content'] %}<|{{ item['role'] }}|>{{ item['metadata'] }}\n{{ item['content'] }}{% endif %}{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}""",
    "internlm": """{{ bos_token }}{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + (message['content'] if message['content'] is string else message['content']|map(attribute='text')|select('string')|join('\n')) + '<|im_end|>' + '\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}""",
    "jamba": """{% macro handle_tools(specs) %}<tools>{% for t in specs %}{{ '\n' ~ (t|tojson) }}{% endfor %}\n</tools>{% endmacro %}{% set ns = namespace(message_count=0, is_last_user=false) %}{% for m in messages %}{% if loop.first and tools and tools|length > 0 %}{{ handle_tools(tools) }}{% endif %}{% set ns.message_count = ns.message_count + 1 %}{% if m.role in {'user': 1, 'system': 1} %}{% set ns.is_last_user = m.role == 'user' %}{% endif %}<|{{ m.role }}|>{{ m.content }}{% endfor %}{{ ns.message_count }}{{ ns.is_last_user }}""",
    "hermes_escape": """{% for m in messages %}{% set content = m.content if m.content is string else '' %}{{ content | replace('<', '&lt;') | replace('&', '&amp;', 1) | trim('!') }};{% endfor %}""",
    "reka": """{% macro turn(role, text) -%}\n{{ role }}: {{ text }} <sep>\n{%- endmacro %}\n{% for m in messages %}\n{{ turn({'user': 'human'}.get(m.role, m.role), m.content) -}}\n{% endfor %}""",
    "kimi": """{%- for message in messages -%}{%- if loop.first and messages[0]['role'] != 'system' -%}<|im_system|>system<|im_middle|>default<|im_end|>{%- endif -%}{%- set names = {'system': '<|im_system|>', 'assistant': '<|im_assistant|>'} -%}{{ names.get(message['role'], '<|im_user|>') }}{{ message.get('name', message['role']) }}<|im_middle|>{%- if message['content'] is string -%}{{ message['content'] }}{%- else -%}{% for content in message['content'] -%}{% if content['type'] == 'image' or 'image' in content -%}<|media|>{% else -%}{{ content['text'] }}{%- endif -%}{%- endfor -%}{%- endif -%}<|im_end|>{%- endfor -%}""",
    "generators": """{% set roles = messages | map(attribute='role') %}{{ roles is iterable }} {{ roles is sequence }} {{ 'yes' if roles }} {{ roles[0] is defined }} {{ roles | first }} {{ roles | join(',') }} {{ roles | list | length }};{% for r in messages | map(attribute='role') | unique %}{{ r }}{{ loop.last }}{% endfor %};{{ 'user' in (messages | map(attribute='role')) }} {{ [1, 2] | reverse is sequence }} {{ [1, 2] | reverse | list }} {{ ([1, 2] | map('string')) == ['1', '2'] }} {% set odd = [1, 2, 3] | select('odd') %}{% for x in odd %}{{ x }}{% endfor %}{% for x in odd %}again{% endfor %} {{ ({'a': 1} | items) is sequence }} {{ [1, 2, 3] | batch(2) | map('length') | list }} {{ [1, 2, 3] | slice(2, 0) | list }}""",
    "generator_as_json": """{{ messages | map(attribute='role') | tojson }}""",
    "generator_counted": """{{ messages | select | length }}""",
    "generator_sliced": """{{ (messages | select)[:1] }}""",
    "generator_from_its_end": """{{ messages | reject('none') | last }}""",
    "generator_added": """{{ (messages | select) + [] }}""",
    "lazy": """{% set unused = 5 | map('upper') %}{% set too = ['a'] | map('nonesuch') %}{{ [1, 'a'] | map('abs') | first }} {{ [1, 'a'] | map('abs') | map('string') | first }}""",
    "nothing_to_select": """{{ none | selectattr('x') | list }}{{ none | map('upper') | list }}{{ 0 | rejectattr('x', 'equalto', 1) | list | length }}{{ false | select('nonesuch') | list }}{{ [] | map('nonesuch') | list }}{{ documents | selectattr('title') | map(attribute='title') | join('/') }}{{ nope | reject('none') | list }}""",
    "nothing_to_join": """{{ none | join }}""",
    "views": """{{ {'a': 1, 'b': 2}.keys() }} {{ {'a': 1}.items() }} {{ {'a': 1}.values() }} {{ {'a': 1}.keys() | length }} {{ {'a': 1}.items() is sequence }} {{ {'a': 1}.items() is iterable }} {{ {'a': 1}.keys()[0] is defined }} {{ 'a' in {'a': 1}.keys() }} {{ ('a', 1) in {'a': 1}.items() }} {{ {'a': 1, 'b': 2}.items() | last }} {{ {'a': 1}.keys() | list == ['a'] }} {{ 'none' if not {}.keys() }} {% for k, v in {'x': 1}.items() %}{{ k }}{{ v }}{{ loop.last }}{% endfor %} {{ ','.join({'p': 1, 'q': 2}.keys()) }} {{ {'b': 1, 'a': 2}.keys() | sort }} {{ messages[0].keys() | join('/') }}""",
    "view_as_json": """{{ messages[0].items() | tojson }}""",
    "view_sliced": """{{ messages[0].values()[:1] }}""",
    "marked": """{{ '<a>' + ('<b>' | safe) }} {{ ('<b>' | safe) + '"q"' }} {{ ('<b>' | safe) ~ '<c>' }} {{ ('<b>' | safe) + ('<c>' | safe) }} {{ ('<b>' | e) + '&' }} {{ '<b>' | e | escape }} {{ '<b>' | e | forceescape }} {{ '{"a": ' + ({'b': 'c'} | tojson | safe) + '}' }} {{ ('x' | safe) == 'x' }} {{ ('x' | safe) in ['x'] }} {{ 'x' in ('xy' | safe) }} {{ {'x': 1}['x' | safe] }} {{ ('x' | safe) is string }} {{ ('x' | safe) is escaped }} {{ 'x' is escaped }} {{ ('<' | safe) | tojson }} {{ ('<b>' | safe) | length }} {{ ('<' | safe) * 2 + '<' }} {{ '' | safe or 'empty' }} {{ (1 | safe) + '2' }} {{ [('<' | safe)] }} {{ ['<' | safe, '&'] | join('>') }} {{ ['b' | safe, 'A'] | sort | join }} {{ ('<%s %d>' | safe) % ('&', 5) }} {{ '%s' % ('<' | safe) }}{% set block %}{{ '<' | safe }}{% endset %}{{ block + '<' }}{% macro m() %}{{ '<' | safe }}{% endmacro %}{{ m() + '<' }}""",
    "marked_by_methods": """{{ ('<b>' | safe).upper() + '<' }} {{ ('<b>' | safe).replace('b', '<c>') }} {{ ('<b>' | safe).join(['<', '>']) }} {{ '<'.join(['>' | safe]) }} {{ ('<b>' | safe)[0] + '<' }} {{ ('<b>' | safe)[:2] + '<' }} {{ ('<,>' | safe).split(',') }} {{ ('<{}{x}>' | safe).format('&', x='<') }} {{ ('<b>' | safe).startswith('<') }} {{ ('a=<' | safe).partition('=')[2] + '<' }}""",
    "marked_by_filters": """{{ ('<b>' | safe) | upper + '<' }} {{ ('<b>' | safe) | title + '<' }} {{ ('<b>' | safe) | capitalize + '<' }} {{ ('<b>' | safe) | replace('b', '<c>') + '<' }} {{ ('<%s %d>' | safe) | format('&', 5) }} {{ ('5' | safe) | int + 1 }} {{ ('1.5' | safe) | float }} {{ (' < ' | safe) | trim + '<' }} {{ ('a\\nb' | safe) | indent(1) + '<' }} {{ ('ab' | safe) | reverse + '<' }} {{ ('<' | safe) | string + '<' }} {{ ('<' | safe) | first + '<' }} {{ ('<' | safe) | default('x') + '<' }} {{ ('<' | safe) | center(3) + '<' }} {{ ('<' | safe) | list }} {{ ('< <' | safe) | wordcount }} {{ ('<a b' | safe) | truncate(2, true, '', 0) + '<' }}""",
    "raw_lines": """{% raw %}\n{{ a }}\n{% endraw %}\nb\n  {% raw %}\n  {% endraw %}\nc {%- raw -%}\n  d {%- endraw -%}\n e{% raw %} \n f{% endraw +%}\ng""",
    "itself": """{{ self }} {{ self.nothing }}{{ self is defined }} {{ self.nothing is defined }} {% macro m() %}{{ self }}{% endmacro %}{{ m() }}""",
    "macro_arguments": """{% macro all(a, b=2) %}{{ a }}{{ b }}{{ varargs }}{{ kwargs }}{% endmacro %}{{ all(1, 3, 4, k=5) }}{% macro more() %}{{ caller() if caller is defined }}{% endmacro %}{{ more() }}{% call more() %}x{% endcall %}{% macro given(caller='z') %}{{ caller }}{% endmacro %}{{ given() }}{{ given('y') }}{% macro attribute(d) %}{{ d.kwargs }}{% endmacro %}{{ attribute({'kwargs': 6}) }}""",
    "macro_argument_too_many": """{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, 2) }}""",
    "macro_argument_unknown": """{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, b=2) }}""",
    "macro_argument_twice": """{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, a=2) }}""",
    "macro_without_caller": """{% macro m() %}{% endmacro %}{% call m() %}x{% endcall %}""",
    "titles": """{{ "it's o'neil's a-b (c) d_e 1x <y" | title }} {{ "it's o'neil" .title() }}""",
    "whole_rounds": """{{ 42 | round }} {{ 15 | round(1) }} {{ 42 | round(0, 'floor') }} {{ 42.0 | round }} {{ true | round }}""",
    "groups": """{% for g in messages | groupby('role') %}{{ g.grouper }}:{{ g.list | length }}{{ g[0] }}{{ g }}{% endfor %}""",
    "sum_of_strings": """{{ ['a'] | sum(start='') }}""",
    "absent_number": """{{ nope | int }}""",
    "generation_first": """{% generation %}a{% endgeneration %}{% generation %}b{% endgeneration %}c{% generation %}d{% endgeneration %}""",
    "inline_ifs": """{{ ('tools: ' ~ tools|length) if tools else 'no tools' }}{{ ', documents' if documents is defined and documents }}{% if not (tools is none or tools|length == 0) and messages[-1].role != 'assistant' %} call{% endif %}{{ [messages[0].role, messages[-1]['role']] | join(' to ') }}""",
    "concatenations": """{{ bos_token ~ messages[0].content ~ (eos_token if messages|length > 1 else '') }}{{ 'a' ~ 'b' + 'c' }}{{ messages[0]['role'] + ': ' + (messages[0]['content'] | trim | upper) }}""",
}

TEMPLATES = {
    "chatml": CHATML,
    "brackets": BRACKETS,
    "headers": HEADERS,
    "xml_tools": XML_TOOLS,
    "last_query": LAST_QUERY,
    "typed_tools": TYPED_TOOLS,
    "documents": DOCUMENTS,
    "masked": MASKED,
    "turns": TURNS,
    "parts": PARTS,
    **SMALL,
}

TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "weather",
            "description": "The weather\nof a place, \"now\".",
            "parameters": {
                "type": "object",
                "properties": {
                    "city": {"type": "string", "description": "Où?"},
                    "days": {"type": ["integer", "null"]},
                    "tags": {"type": "array", "items": {"type": "string"}},
                    "limits": {"type": "object", "additionalProperties": {"type": "number"}},
                },
                "required": ["city"],
            },
            "return": {"type": "string"},
        },
    },
    {
        "type": "function",
        "function": {
            "name": "add",
            "description": "Adds.",
            "parameters": {"type": "object", "properties": {"a": {"type": "number"}, "b": {"type": "number"}}, "required": ["a", "b"]},
        },
    },
]

CONVERSATIONS = [
    [{"role": "user", "content": "Hello!"}],
    [
        {"role": "system", "content": " You are terse.\n"},
        {"role": "user", "content": "What is 2+2?  "},
        {"role": "assistant", "content": " It's 4. 😀 "},
        {"role": "user", "content": "Sûr?\r\n\r\nReally?"},
    ],
    [
        {"role": "user", "content": "first"},
        {"role": "assistant", "content": "<think>\nhm\n</think>\n\nsecond"},
        {"role": "user", "content": "a somewhat longer third"},
        {"role": "assistant", "content": "fourth", "reasoning_content": "\nbecause\n"},
    ],
    [
        {"role": "user", "content": "Weather in Zürich?"},
        {
            "role": "assistant",
            "content": "",
            "tool_calls": [
                {"id": "abcdefghi", "type": "function", "function": {"name": "weather", "arguments": {"city": "Zürich", "days": 2}}}
            ],
        },
        {"role": "tool", "content": "{\"rain\": true}", "name": "weather"},
        {"role": "tool", "content": "12", "name": "weather"},
        {"role": "assistant", "content": "Rain."},
    ],
    [
        {"role": "user", "content": [{"type": "image"}, {"type": "text", "text": "What is this?"}]},
        {"role": "assistant", "content": [{"type": "text", "text": "A cat."}]},
    ],
]

DOCUMENTS_GIVEN = [{"title": "On cats", "text": "Cats purr."}, {"title": "On dogs", "text": "Dogs bark."}]

# Small ones, a line each, for what real templates seldom do: each is rendered once, for the first conversation. Many
# are refused. None is here whose text is an address in memory, or by chance.
PROBES = r"""
{{ 3 > 2 == 2 }}
{{ 1 < 2 < 3 }} {{ 1 < 2 > 3 }} {{ 3 > 2 > 1 > 0 }} {{ 1 == 1 in [1] }} {{ (3 > 2) == 2 }} {{ (3 > 2) == true }}
{{ 1 in [1] == true }} {{ 1 not in [2] in [[2]] }} {{ not 1 < 2 < 3 }} {{ 1 < 2 and 2 < 3 }} {{ [1 < 2, 2 < 3] }} {{ 1 < 2 if 2 < 3 else 3 < 4 }}
{{ 1 > 2 < nope.x }}
{{ 1 < 2 < nope.x }}
{{ {'a': 1 < 2 < 3} }} {{ 'a' < 'b' < 'c' }} {{ [1, 2][0 < 1 < 2] }} {{ dict(a=1 < 2 < 3) }}
{{ range(3) }}|{{ range(1, 5) }}|{{ range(0, 9, 2) }}|{{ range(5)[1:3] }}|{{ range(10)[::-2] }}|{{ range(3) | list }}|{{ range(3) | length }}
{{ range(3) | tojson }}
{{ [range(3)] | tojson }}
{{ range(3) == range(0, 3) }} {{ range(3) == [0, 1, 2] }} {{ range(0) == range(5, 5) }} {{ 2 in range(3) }} {{ range(3)[-1] }} {{ range(3)[5] is defined }} {{ range(3).start }} {{ range(3).stop }} {{ range(3).step }} {{ range(9).index(3) }} {{ range(9).count(3) }} {{ range(3) is sequence }} {{ range(3) is iterable }} {{ range(3) is mapping }} {{ 'x' if range(0) else 'y' }}
{{ range(3) + [1] }}
{{ range(3) * 2 }}
{{ range(3) < range(4) }}
{{ [range(3)] }} {{ range(3) | first }} {{ range(3) | last }} {{ range(3) | reverse | list }} {{ range(3) | join('-') }} {{ range(3) | sum }} {{ range(3) | map('string') | list }} {{ range(3) | max }}
{{ range(3) ~ 'x' }} {{ range(3) | string }} {{ '%s' % range(2) }} {{ '{}'.format(range(2)) }} {{ range(5)[::2][1:] }} {{ range(5)[3:1] }} {{ range(-1) }} {{ range(5, 0, -1) }} {{ range(5,0,-2)[1:] }}
{{ range(true) }}
{{ range('a') }}
{{ range(1, 2, 0) }}
{{ range(stop=3) }}
{{ range(1, 2, 3, 4) }}
{{ range() }}
{{ range(1.5) }}
{% macro m(a, b=1) %}{{ caller() }}{% endmacro %}{{ m.name }} {{ m.arguments }} {{ m.catch_kwargs }} {{ m.catch_varargs }} {{ m.caller }} {{ m }} {{ m.nothing }} {{ m is callable }} {{ m.name is defined }}
{% macro m() %}{{ caller.name }}{{ caller.arguments }}{{ caller }}{% endmacro %}{% call(x) m() %}{% endcall %}
{% macro m() %}{{ kwargs }}{{ varargs }}{% endmacro %}{{ m.catch_kwargs }}{{ m.catch_varargs }}
{% break %}
{% continue %}
{% if true %}{% break %}{% endif %}
{% for i in [1,2] %}{% if i == 2 %}{% break %}{% endif %}{{ i }}{% endfor %}
{% for i in [1,2] %}{% if i == 1 %}{% continue %}{% endif %}{{ i }}{% endfor %}
{% for i in [1,2] %}{% macro m() %}{% break %}{% endmacro %}{% endfor %}
{% for i in [] %}{% else %}{% break %}{% endfor %}
{% for j in [1,2] %}{{ j }}{% for i in [] %}{% else %}{% break %}{% endfor %}{% endfor %}
{% for j in [1,2] %}{% call x() %}a{% break %}{% endcall %}{% endfor %}
{% for j in [1,2] %}{% generation %}a{% break %}{% endgeneration %}{% endfor %}
{{ '\N{DASH}' }}
{{ '\N' }}
{{ '\x41\u0042\U00000043\103\q\é\😀' }} {{ '\U0001F600' }}
{{ '\x4' }}
{{ '\u12' }}
{{ '\X41' }}
{{ '\u00E9' }}
{{ 'ǆ'.title() }} {{ 'ǆa' | title }} {{ 'ǆa' | capitalize }} {{ 'ßa'.title() }} {{ 'ﬁx'.capitalize() }} {{ 'ΟΔΟΣ'.title() }} {{ 'ΑΣ'.capitalize() }} {{ 'ΟΔΟΣ ΟΔΟΣ' | title }} {{ 'ა'.title() }} {{ 'ßß' | title }}
{{ [1 2] }}
{{ {'a' 1} }}
{{ {'a': 1 'b': 2} }}
{{ dict(a=1 b=2) }}
{{ a b }}
{{ [1,] }} {{ (1,) }} {{ () }} {{ {'a': 1,} }} {{ dict(a=1,) }} {{ (1, 2,) }} {{ ((1, 2), ()) }} {{ (1) }}
{{ 1, 2 }} {{ 1, }}
{{ [,] }}
{{ [1,,2] }}
{{ 'a'[1 2] }}
{{ 'abc'[0:1 2] }}
{{ 'a'.(b) }}
{{ 'a'.'b' }}
{{ 'a' | upper[0] }}
{{ 'a' | default('b')[0] }}
{{ 'a' | default('b').x }}
{{ ('a' | default('b'))[0] }}
{{ x is defined is true }}
{{ 1 is eq 1 is true }}
{{ 1 is eq(1) | string }} {{ 4 is divisibleby 2 }} {{ 4 is divisibleby 2 and true }} {{ 4 is divisibleby(2) }} {{ 3 is in [1, 3] }} {{ 3 is not in [1, 3] }} {{ 1 is sameas true }} {{ 'a' is eq {'x': 'a'}.x }} {{ 'a' is eq ['a'][0] }} {{ 1 is eq 1.0 }} {{ 'ab' is eq 'a' 'b' }} {{ 1 is not eq 2 }} {{ [1] is eq [1] }} {{ {'a':1} is eq {'a':1} }}
{{ 1 is defined 5 }}
{{ 1 is defined(5) }}
{{ 1 is eq(1, 2) }}
{{ 1 is eq }}
{{ 1 if x is defined if 2 else 3 }}
{{ 1 is number in [true] }}
{{ 1 is defined not in [2] }}
{{ (1 if true) if false else 3 }} {{ 1 if false else 2 if false else 3 }} {{ [1 if true, 2 if false] }}
{{ 1 else 2 }}
{{ 'x' + 1 ~ 'y' }} {{ 'a' ~ 1 + 2 }}
{{ 1 + 2 ~ 3 }}
{{ 'a' + 2 ~ 3 * 2 ~ 'b' + 'c' }} {{ 1 ~ 2 == '12' }} {{ ['a' ~ 1, 2 ~ 'b'] }} {{ -1 ~ 2 }} {{ 2 * 3 ~ 4 }} {{ 'a' ~ 'b' | upper }} {{ 'a' ~ 'b' if 1 ~ 2 else 3 ~ 4 }} {{ not 1 ~ 2 }} {{ {'a' ~ 1: 2 ~ 3} }} {{ 'x' ~ dict(a='q' ~ 'r') ~ 1 }}
{{ 10 - 2 ~ 3 }}
{{ 1e3 }} {{ 1E3 }} {{ 1.5e-3 }} {{ 0x1f }} {{ 1_000 }} {{ 0b11 }} {{ 0o17 }} {{ 1_0.5_0 }} {{ 1e+2 }} {{ 0xFf + 1 }} {{ 00 }} {{ -1e2 }} {{ 1e400 }} {{ 0.1e1 }} {{ 2.5e3 | int }} {{ [1,2][0x1] }} {{ 0x1e+3 }} {{ 1e16 }} {{ 1e15 }}
{{ 012 }}
{{ 1__0 }}
{{ 0x }}
{{ 1_ }}
{{ 1.2.3 }}
{{ 1abc }}
{{ 1if true else 2 }}
{{ 1. }}
{{ .5 }}
{{ [1,2].0 }} {{ [1,2].1 }} {{ [[1]].0.0 }} {{ 'ab'.0 }}
{{ -1 ** 2 }} {{ 2 ** 3 ** 2 }} {{ 2 ** -1 }} {{ - 2 }} {{ --2 }} {{ +2 }} {{ not not 1 }} {{ 1 - -1 }} {{ -'5'|int }}
{{ 1 == not 2 }}
{{ 1 + not 2 }}
{{ not }}
{{ }}
{{ + }}
{{ 1 + }}
{{ (1 }}
{{ 1) }}
{{ (1] }}
{{ {1} }}
{{ {1: 2: 3} }}
{{ a = 1 }}
{{ a.b = 1 }}
{{ dict(a.b=1) }}
{{ dict(1=1) }}
{{ 'a' 'b' }} {{ 'a' 'b' ~ 'c' 'd' }}
{{ ('a') 'b' }}
{{ 1 'b' }}
{{ 'b' 1 }}
{{ a ! b }}
{{ a ; b }}
{{ a && b }}
{{ a || b }}
{{ a ? b : c }}
{{ "a }}
{{ 'a' | }}
{{ 'a' | 5 }}
{{ 'a' | a.b }}
{{ 'a' is }}
{{ 'a' is not }}
{{ 'a' is 5 }}
{{ | upper }}
{{ a. }}
{{ dict(**{'a': 1}, b=2) }}
{{ dict(*[[['a', 1]]]) }} {{ dict(**{'a': 1}) }} {{ range(*[1, 3]) | list }}
{{ dict(*) }}
{{ range(1, *[3]) | list }}
{{ 2 * *3 }}
{% if %}a{% endif %}
{% if 1 2 %}a{% endif %}
{% if 1 %}a
{% if 1 %}a{% else %}b{% else %}c{% endif %}
{% if 1 %}a{% else %}b{% elif 1 %}c{% endif %}
{% if 1 %}a{% endfor %}
{% endif %}
{% else %}
{% elif 1 %}
{% for x in [1] %}a{% endif %}
{% for x in [1] %}a
{% for x [1] %}a{% endfor %}
{% for in [1] %}a{% endfor %}
{% for x in %}a{% endfor %}
{% for x.y in [1] %}a{% endfor %}
{% for x in [1] %}a{% elif 1 %}b{% endfor %}
{% for 5 in [1] %}a{% endfor %}
{% for x in 1, 2 %}{{ x }}{% endfor %}{% for x in (1, 2) %}{{ x }}{% endfor %}{% for a, b in [(1, 2)] %}{{ a }}{{ b }}{% endfor %}{% for (a, b) in [(1, 2)] %}{{ a }}{{ b }}{% endfor %}{% for a, in [(1,)] %}{{ a }}{% endfor %}
{% for x in [1, 2, 3] if x > 1 %}{{ x }}{{ loop.index }}{{ loop.length }}{% endfor %}{% for x in [1, 2] if x in [2] %}{{ x }}{% endfor %}{% for x in [1, 2, 3] if (x if x > 2 else false) %}{{ x }}{% endfor %}{% for x in [1, 2] if x if x > 1 else false %}{{ x }}{% endfor %}
{% for x in ([1, 2] if true) %}{{ x }}{% endfor %}|{% for x in ([1, 2] if false) %}{{ x }}{% endfor %}|{% for x in ([1, 2] if false else [3]) %}{{ x }}{% endfor %}
{% for x in [1, 2] if true else [3] %}{{ x }}{% endfor %}
{% for x in [1, 2] | reverse %}{{ x }}{% endfor %}{% for x in a if a else [] %}{% endfor %}
{% for none in [1] %}{% endfor %}
{% for loop in [1] %}{% endfor %}
{% set none = 1 %}
{% set True = 1 %}{{ True }}
{% set x = 1, 2 %}{{ x }}{% set x = 1, %}{{ x }}{% set a, b = 1, 2 %}{{ a }}{{ b }}{% set (c, d) = (3, 4) %}{{ c }}{{ d }}
{% set x = %}
{% set = 1 %}
{% set x 1 %}
{% set x %}
{% set x | upper %}ab{% endset %}{{ x }}{% set y | replace('a', 'b') | trim %} a {% endset %}[{{ y }}]
{% set x | upper = 'a' %}{{ x }}
{% set x = y = 1 %}
{% set 5 = 1 %}
{% set x.y = 1 %}
{% set ns = namespace() %}{% set ns.a = 1 %}{{ ns.a }}{% set ns.b | upper %}q{% endset %}{{ ns.b }}
{% set ns = namespace() %}{% set ns['a'] = 1 %}{{ ns.a }}
{% filter upper | trim %} a {% endfilter %}|{% filter replace('a', 'b') | upper | center(5) %}a{% filter lower %}B{% endfilter %}{% endfilter %}|
{% filter %}a{% endfilter %}
{% filter upper.x %}a{% endfilter %}
{% filter upper
{% macro %}{% endmacro %}
{% macro m %}{% endmacro %}
{% macro m(1) %}{% endmacro %}
{% macro m(a.b) %}{% endmacro %}
{% macro m(a, a) %}{% endmacro %}
{% macro m(a=1, b) %}{% endmacro %}
{% macro m(a b) %}{% endmacro %}
{% macro m(*a) %}{% endmacro %}
{% macro m() %}
{% call %}{% endcall %}
{% call x %}{% endcall %}
{% macro m() %}[{{ caller() }}]{% endmacro %}{% call m() %}x{% endcall %}{% macro n() %}[{{ caller(1) }}]{% endmacro %}{% call(q) n() %}{{ q }}{% endcall %}{% call(q=2) n() %}{{ q }}{% endcall %}
{% call(1) m() %}x{% endcall %}
{% include 'x' %}
{% extends 'x' %}
{% import 'x' as y %}
{% do 1 %}
{% nonsense %}
{% %}
{% 'a' %}
{% endgeneration %}
{% generation %}a
{% generation x %}a{% endgeneration %}
{% raw %}a
{# a
{{ 1
{% if 1
{% endraw %}
{% for i in [1,1,2,2,1] %}{{ loop.changed(i) }}{% endfor %}{% for i in [1, 2] %}{{ loop.changed() }}{{ loop.changed(i, 1) }}{% endfor %}
{% for i in [1,2,3] %}{{ loop.cycle('a', 'b') }}{{ loop }}{% endfor %}
{% for i in [1] %}{{ loop.cycle() }}{% endfor %}
{% for i in [1] %}{{ loop | tojson }}{% endfor %}
{% set c = cycler('a', 'b', 3) %}{{ c.next() }}{{ c.current }}{{ c.next() }}{{ c.next() }}{{ c.next() }}{{ c.reset() }}{{ c.current }}{{ c.items }}{{ c.pos }}{{ c.nope }}
{{ cycler() }}
{% set j = joiner() %}{{ j() }}a{{ j() }}b{{ j() }}{% set k = joiner('|') %}{{ k() }}x{{ k() }}{% set l = joiner(sep=5) %}{{ l() }}x{{ l() }}
{{ joiner(1, 2) }}
{{ lipsum is defined }} {{ cycler is defined }} {{ joiner is callable }}
{{ 'abc' | attr('upper') is defined }} {{ {'a': 1} | attr('a') is defined }} {{ ('abc' | attr('upper'))() }} {{ namespace(a=1) | attr('a') }} {{ 'a' | attr('nope') }} {{ 'a' | attr('__class__') }} {{ ([1] | attr('append')) is defined }} {{ {'get': 1} | attr('get') is callable }}
{{ nope | attr('x') }}
{{ 'a' | attr }}
{{ 'a b/c?é&=😀~-._!*()' | urlencode }} {{ {'a b': 'c/d', 'e': 1} | urlencode }} {{ [('a', 'b c')] | urlencode }} {{ 5 | urlencode }} {{ none | urlencode }} {{ nope | urlencode }} {{ "'" | urlencode }}
{{ '<p>a <b>b</b>\n  c</p>&amp;&lt;x&gt; <!-- no --> d & e' | striptags }} {{ 'a < b' | striptags }} {{ 'a < b > c' | striptags }} {{ '<!-- x' | striptags }} {{ 5 | striptags }} {{ '<b>' | safe | striptags }} {{ '&#39;&#34;&quot;' | striptags }}
{{ 0 | filesizeformat }} {{ 1 | filesizeformat }} {{ 999 | filesizeformat }} {{ 1000 | filesizeformat }} {{ 13500 | filesizeformat }} {{ 1234567 | filesizeformat }} {{ 1234567 | filesizeformat(true) }} {{ '4096' | filesizeformat(binary=true) }} {{ 1e30 | filesizeformat }} {{ 1.5 | filesizeformat }} {{ -5 | filesizeformat }} {{ true | filesizeformat }} {{ 1050 | filesizeformat }} {{ 1150 | filesizeformat }}
{{ 'a' | filesizeformat }}
{{ {'a': 1, 'b': none, 'c': nope, 'd': '<"&\''} | xmlattr }}|{{ {'a': 'b'} | xmlattr(false) }}|{{ {} | xmlattr }}|{{ {'a': '<' | safe} | xmlattr }}
{{ {'a b': 1} | xmlattr }}
{{ {1: 1} | xmlattr }}
{{ 'upper' is filter }} {{ 'nope' is filter }} {{ 'defined' is test }} {{ 'nope' is test }} {{ 'eq' is test }}
{{ 'abc'.isascii() }} {{ 'é'.isascii() }} {{ ''.isascii() }} {{ 'Abc Def'.istitle() }} {{ 'abc'.istitle() }} {{ 'ABC'.istitle() }} {{ 'A1b'.istitle() }} {{ 'A1B'.istitle() }} {{ ''.istitle() }} {{ 'ǅa'.istitle() }} {{ 'a\tb\tcd\n\te'.expandtabs() }}|{{ 'a\tb'.expandtabs(4) }}|{{ 'a\tb'.expandtabs(0) }}|{{ 'a\tb'.expandtabs(tabsize=2) }}|{{ 'abc'.isprintable() }}{{ 'a\n'.isprintable() }}{{ ''.isprintable() }}
{{ 'abcabc'.count('a', 1) }} {{ 'abcabc'.count('a', 1, 3) }} {{ 'abc'.count('') }} {{ 'abc'.count('', 1) }} {{ 'abc'.count('', 5) }} {{ 'abc'.count('a', -3) }} {{ 'aaa'.count('aa') }} {{ 'abc'.startswith('b', 1) }} {{ 'abc'.startswith('b', 1, 1) }} {{ 'abc'.startswith('', 3) }} {{ 'abc'.startswith('', 4) }} {{ 'abc'.startswith('', 2, 1) }} {{ 'abc'.endswith('b', 0, 2) }} {{ 'abc'.endswith(('b', 'c')) }} {{ 'abc'.endswith('c', -1) }} {{ 'abc'.startswith(('x', 'a'), 0) }} {{ 'abc'.find('c', 1) }} {{ 'abc'.find('', 4) }} {{ 'abc'.find('', 3) }} {{ 'abc'.rfind('', 2, 1) }} {{ 'a😀bc'.find('c', 1) }} {{ 'abc'.index('c', 2) }} {{ 'abc'.startswith('a', none) }} {{ 'abc'.find('a', none, none) }}
{{ 'abc'.index('x') }}
{{ 'abc'.index('a', 1) }}
{{ 'abc'.startswith(prefix='a') }}
{{ 'abc'.replace(old='a', new='b') }}
{{ 'abc'.startswith(5) }}
{{ 'a,b,c'.split(sep=',', maxsplit=1) }} {{ 'a b'.rsplit(maxsplit=1) }} {{ 'a\nb'.splitlines(keepends=true) }} {{ 'a\nb'.splitlines(1) }}
{{ 'a'.strip(chars='a') }}
{{ '{:,}'.format(1234567) }} {{ '{:_}'.format(1234567) }} {{ '{:,}'.format(-1234.5) }} {{ '{:,.2f}'.format(1234567.891) }} {{ '{:,}'.format(12) }} {{ '{0[a]}'.format({'a': 5}) }} {{ '{0[0]}{0[1]}'.format([1, 2]) }} {{ '{a.b}'.format(a={'b': 3}) }} {{ '{0.real}'.format('x') if false }} {{ '{a[b][0]}'.format(a={'b': [7]}) }} {{ '{!r:>5}'.format('a') }} {{ '{!s}'.format(none) }} {{ '{:05d}'.format(-42) }} {{ '{:05}'.format(3) }} {{ '{:05}'.format('a') }} {{ '{:+d}'.format(5) }} {{ '{: d}'.format(5) }} {{ '{:>5}|{:<5}|{:^5}|{:*^6}'.format(1, 'a', 'b', 'c') }} {{ '{:5}'.format(1.5) }} {{ '{:.3}'.format('abcdef') }} {{ '{:>10,}'.format(12345) }} {{ '{:.1f}'.format(0.25) }} {{ '{:.0f}'.format(0.5) }} {{ '{:.0f}'.format(1.5) }} {{ '{:.2f}'.format(-0.001) }} {{ '{:f}'.format(3) }} {{ '{:.2f}'.format(1e22) }} {{ '{}'.format(1e22) }} {{ '{:<05}'.format('a') }}
{{ '{:d}'.format(3.5) }}
{{ '{:s}'.format(3) }}
{{ '{:d}'.format('3') }}
{{ '{:5}'.format(none) }}
{{ '{:5}'.format([1]) }}
{{ '{:,}'.format('a') }}
{{ '{} {0}'.format(1) }}
{{ '{'.format(1) }}
{{ '{0.__class__}'.format(1) }}
{{ '%05d|%-5d|%+d|% d|%5s|%-5s|%.2f|%.2s|%x|%X|%%|%r' % (42, 42, 42, 42, 'a', 'a', 1.005, 'abc', 255, 255, 'q') }} {{ '%.0f %.0f %.1f' % (0.5, 1.5, 0.25) }} {{ '%f' % 1e21 }} {{ '%d' % 3.9 }} {{ '%05s' % 'a' }} {{ '%(a)s %(b)05.1f' % {'a': 1, 'b': 2.25} }} {{ '%i' % true }} {{ '%s' % none }} {{ '%s' % [1] }} {{ '%s %s' % (1, 2) }}
{{ '%x' % 1.5 }}
{{ '%d' % 'a' }}
{{ '50%' % () }}
{{ '%' % 1 }}
{{ '%s' % () }}
{{ '%s' % (1, 2) }}
{{ 'a' % 1 }}
{{ 2.5 | round }} {{ 3.5 | round }} {{ 2.675 | round(2) }} {{ 1.25 | round(1) }} {{ 0.125 | round(2) }} {{ -2.5 | round }} {{ -1.25 | round(1) }} {{ 1e22 | round(1) }} {{ 12345 | round(-2) }} {{ 1234.5 | round(-2) }} {{ 2.4 | round(method='ceil') }} {{ 1.23456 | round(3, 'floor') }}
{{ [1, 2] | first(1) }}
{{ 'a' | upper(1) }}
{{ [1] | length(1) }}
{{ {'a': 1}.items(1) }}
{{ {'a': 1}.get(key='a') }}
{{ 'a' | string(1) }}
{{ [3, 1] | reverse(1) }}
{{ 'a' is lower }} {{ 'A' is upper }} {{ 5 is lower }} {{ true is lower }} {{ none is upper }} {{ 'aǅ' is lower }} {{ '1' is lower }} {{ 'ª' is lower }} {{ 'ab c' is lower }}
{{ [1] | map('upper', 1) | list }}
{{ ['a'] | select('eq', 'a') | list }} {{ [2, 4] | select('divisibleby', 2) | list }} {{ [1] | select('==', 1) | list }}
{{ [1] | select('defined', 1) | list }}
{{ [{'a': 1}] | selectattr('a', 'eq', 1) | list }} {{ [{'a': 1}] | rejectattr('a', 'defined') | list }}
{{ 'abc' | pprint }} {{ [1, 'a'] | pprint }} {{ 1.5 | pprint }}
{{ namespace() }} {{ namespace(a=1) }}
{{ namespace(1) }}
{{ (1, 2).copy }}|{{ (1, 2).count(1) }} {{ (1, 2).index(2) }} {{ [1].copy() }}
{{ [1, 2].index(5) }}
{{ 'a'.b }}|{{ 'a'['b'] }}|{{ none.x }}|{{ 5.x }}|{{ [].x }}
{{ none.x.y }}
{{ true.x }} {{ True }} {{ False }} {{ None }} {{ true }} {{ none }} {{ [true, none] }}
{{ {'true': 1}.true }} {{ {'none': 2}.none }} {{ dict(none=1) }} {{ {true: 1}[true] }} {{ {'if': 1}.if }} {{ {'not': 3}.not }} {{ {'in': 3}.in }} {{ {'is': 3}.is }}
{{ 1 // 0 }}
{{ 7 // 2 }} {{ -7 // 2 }} {{ -7 % 3 }} {{ 7 / 2 }} {{ 7.5 // 2 }} {{ 2 ** 0.5 }} {{ 1 / 3 }} {{ 'a' * 3 }} {{ [1] * 2 }} {{ 3 * 'a' }} {{ true + 1 }} {{ 1 == 1.0 }} {{ 1 == true }} {{ '1' == 1 }}
{{ 'a' in 'abc' }} {{ 'a' not in 'abc' }} {{ 1 in {1: 2} }} {{ not 'a' in 'b' }}
{{ 'x' if nope else 'y' }} {{ 'x' if 0 }}| {{ nope or 'z' }} {{ nope and 1 }}| {{ 1 and 2 }} {{ 0 or '' }}|
{{ [1,2,3][1:] }} {{ 'abc'[::-1] }} {{ [1,2,3][-2:] }} {{ [1,2,3][:1] }} {{ 'abc'[1] }} {{ [1,2,3][::2] }} {{ [1,2,3][1:2:1] }} {{ [1,2,3][:] }} {{ [1,2,3][::] }} {{ [1,2,3][1::] }}
{{ {'a': {'b': 1}} }} {{ {} }} {{ {'a': {}} }} {{ {'a': [{}]}['a'] }}
{{ {} - 1 }}
{{ {}['a'] is defined }} {{ {'a': 1}.a + 1 }} {{ {'a': 1}['a'] - 1 }} {{ [1][0] -1 }} {{ (2) -1 }} {{ 'a' if 1 else -1 }} {{ [-1, - 1, +1] }}
{{ loop }}
{{ self }}
{{ 'a'|upper|lower ~ 'b'|upper }} {{ ('a' ~ 'b')|upper }} {{ 'a' + 'b'|upper }} {{ -5|abs }} {{ 2 * 3|string }}
{{ 'abc'|upper is upper }} {{ 'a'|length == 1 }} {{ 5 is odd and 4 is even }} {{ not 5 is odd }} {{ 5 is not odd }}
{{ '' is none or '' is string }} {{ x is defined and x.y }}
{{ [1, 2, 3] | sum is odd }} {{ 2 + 3 is odd }} {{ 2 + 4 is even }}
{%- for x in [1] -%} {{ x -}} {%- endfor -%} z
{{ "a" ~ "b" }}{{ 'it''s' }}{{ "it\"s" }}
{{ '{{ x }}' }}{{ "{% x %}" }}{{ '}}' }}{% if '%}' == '%}' %}y{% endif %}
{{ '%s-%s' | format(1, 2) }} {{ '%(a)s' | format(a=1) }}
{{ 'a' | format(1) }}
{{ ['a'] | join(d='-', attribute=none) }}
{{ ['a'] | join('-', none, 3) }}
{{ 'abc' | replace('a', 'b', 1) }} {{ 'abc' | replace('a') }}
{{ [3,1,2] | sort | first }} {{ 'cab' | sort | join }} {{ [1, 2] | sum(start=5) }} {{ {'b': 1, 'a': 2} | dictsort }} {{ [1, 2] | min }}
{{ 'a' | indent }} {{ 'x' | center(5) }}| {{ 'a b' | wordcount }} {{ 'a' | truncate(1) }}
{% for x in 1, 2 %}{{ x }}{% endfor %}
{% for a, in [(1,)] %}{{ a }}{% endfor %}
{% for (a, b) in [(1, 2)] %}{{ a }}{% endfor %}
{% for a, (b, c) in [(1, (2, 3))] %}{{ a }}{{ b }}{{ c }}{% endfor %}
{% for (a) in [1] %}{{ a }}{% endfor %}
{% for () in [()] %}a{% endfor %}
{% for x in 1, %}{{ x }}{% endfor %}
{% for x in () %}{{ x }}{% else %}none{% endfor %}
{% for x, loop in [1] %}{% endfor %}
{% set (a, (b, c)) = (1, (2, 3)) %}{{ a }}{{ b }}{{ c }}
{% set a, (b, c) = 1, (2, 3) %}{{ a }}{{ b }}{{ c }}
{% set loop = 1 %}{{ loop }}
{% set () = () %}x
{% set (a) = 1 %}{{ a }}
{% set ns = namespace() %}{% set ns.a, b = 1, 2 %}{{ ns.a }}{{ b }}
{% set a.b.c = 1 %}
{% set x = 1 if false %}{{ x }}|
{% set x = 1 if true else 2 %}{{ x }}
{% set x = 1, 2 if false else 3 %}{{ x }}
{% if (1, 2) %}a{% endif %}
{% if x is not defined %}a{% endif %}
{% if not x is defined %}a{% endif %}
{% if x == none %}a{% endif %}{% if x is none %}b{% endif %}
{% macro m(a, b='x', c=none) %}{{ a }}{{ b }}{{ c }}{% endmacro %}{{ m(1) }}{{ m(1, c=2) }}{{ m(a=3) }}{{ m(*[1, 2]) }}{{ m(**{'a': 1}) }}
{% macro m(a,) %}{{ a }}{% endmacro %}{{ m(1) }}
{% macro true() %}{% endmacro %}
{% macro m(true) %}{% endmacro %}
{% macro m(x=1 if true else 2) %}{{ x }}{% endmacro %}{{ m() }}
{%macro m()%}a{%endmacro%}{{m()}}
{% endmacro %}
{% for x in [1] -%} a {%- endfor %}{%+ if true %}b{% endif +%} c
{{ 1 if 2 < 3 < 4 else 5 }} {{ (1 < 2) < 3 }} {{ 1 < (2 < 3) }} {{ [1] == [1] == [1] }} {{ 'a' in 'ab' in ['ab'] }} {{ 1 != 2 != 1 }} {{ 5 > 3 >= 3 > 1 <= 1 }} {{ 1 < 2 ~ '' }}
{{ 1 < 2 ~ '' < 'z' }}
{{ 3 > 2 is true }} {{ 1 == 1 is true }} {{ 1 < 2 is number < 3 }}
{{ x is none == false }} {{ 'a' not in 'b' not in 'c' }}
{{ 'a' not in 'b' == true }}
{{ not 1 not in [1] }}
{{ 1 not in [2] and 2 in [2] in [[2]] or 3 }}
{{ [1, 2] | map('string') | join(',') if 1 < 2 < 3 else '' }}
{{ messages | selectattr('role', 'in', ['user']) | list | length < 2 < 3 }}
{{ (messages | length) - 1 < 1 ~ 2 | int }}
{{ 'a' ~ 1 - 2 }}
{{ 'a' ~ (1 - 2) ~ 'b' }} {{ ('a' ~ 'b') + 'c' ~ 1 + 'd' }} {{ 'p' + 'a' ~ 'b' + 'q' }} {{ 'p' + ('a' ~ 'b')[0] ~ 'x' | upper }}
{{ x ~ y ~ z }}{{ x|default('') ~ 1 }}
{{ {'k': 'a' ~ 1}['k' ~ ''] }}
{{ dict(k='a' ~ 1, l=2 ~ 'b').l }} {{ 'abc'['1' ~ ''|int:] if false }}
{{ 'abcdef'[1:2 + 1] }} {{ 'abcdef'[1 if true else 2:] }} {{ 'abcdef'[-2:] }} {{ 'abcdef'[:-1] }}
{{ 'abc'[1:][0] }} {{ 'abc'.upper()[1:].lower() }} {{ [[1, 2]][0][1] }} {{ {'a': [1]}.a[0] }} {{ 'a b'.split()[0].upper() }}
{{ (messages[0]).role }} {{ messages[0]['role'].upper() }} {{ messages.0.role }} {{ messages[-1].role }} {{ "x".join(['a', 'b']) }} {{ 'a'.join(messages | map(attribute='role')) }}
{{ -messages | length }}
{{ - messages | length }}
{{ 5 - -3 }} {{ 5 -3 }} {{ 5-3 }} {{ [5 -3] }} {{ [5, -3] }} {{ (5)-3 }} {{ {'a': -3}['a'] - 1 }} {{ 'abc'[-1] }} {{ 5 *-3 }} {{ 2**-1 }} {{ +-+3 }} {{ - - 3 }} {{ 5 % -3 }} {{ true and -1 }} {{ not -1 }} {{ 1 if -1 else 2 }} {{ 3 in [-3, 3] }} {{ -3 in [-3] }} {{ 1 == -1 }} {{ -1 is odd }} {{ 1 ~ -1 }}
{{ x.y.z }}
{{ x is defined }} {{ x.y is defined }}
{{ messages[0].x is defined }} {{ messages[0].x.y is defined }}
{{ messages[0].role is defined and messages[0].role is not none }}
{{ 'a' is string and 'b' is string or 'c' }} {{ x is none or y is undefined }} {{ (x is defined) is false }} {{ x is undefined }} {{ 'x' is in 'xyz' }} {{ 1 is in([1]) }} {{ 1 is not in([1]) }} {{ 1 is ne 2 }} {{ 2 is gt 1 }} {{ 2 is lt(3) }} {{ 2 is >= 2 }}
{{ 2 is ge 2 if true else 'x' }} {{ [2 is ge 2, 3] }} {{ {'a': 2 is ge 2} }} {{ (2 is ge 2) }} {{ 2 is ge 1 + 1 }} {{ 2 is ge 1 | string }} {{ 'a' is eq messages[0].role }} {{ 'user' is eq messages[0]['role'] }} {{ 4 is divisibleby messages|length }} {{ 'A' is eq 'a'.upper() }} {{ 1 is eq -1 }}
{{ 1 is eq(-1) }} {{ 1 is eq none }} {{ none is eq none }} {{ true is sameas true }} {{ 2 is sameas 2 }} {{ 1.0 is sameas 1.0 }} {{ 'a' is sameas 'a' }}
{{ [] is sameas [] }} {{ x is sameas x }}
{{ 5 is integer }} {{ 5.0 is float }} {{ true is integer }} {{ true is number }} {{ true is boolean }} {{ 1 is true }} {{ 1.5 is integer }}
{{ 3 is divisibleby 0 }}
{{ 3 is divisibleby 1.5 }}
{{ 'a' is odd }}
{{ 2.5 is odd }} {{ 3.0 is odd }} {{ 4.0 is even }} {{ true is odd }}
{{ 4 is divisibleby 2.0 }}
{{ {'a': 1} is mapping }} {{ x is iterable }} {{ 5 is iterable }} {{ none is iterable }} {{ range is callable }} {{ loop is defined }}
{{ messages is sequence }} {{ {}.items() is sequence }} {{ '' is sequence }} {{ 5 is sequence }} {{ (1,) is sequence }} {{ {} is sequence }} {{ namespace() is mapping }} {{ namespace() is iterable }} {{ namespace() is callable }}
{{ 'a' is callable }} {{ joiner() is callable }} {{ cycler(1) is callable }} {{ cycler(1) is mapping }} {{ loop is callable }}
{{ "a\
b" }} {{ '\t|\\n|\'|\"|\0|\a|\b|\f|\v' }}
{{ '\777' }} {{ '\18' }} {{ '\8' }}
{{ '\U00110000' }}
{{ "tab	in" }}
{{ 'a'  'b' }} {{ 'x'.replace('x' 'y', 'z') }} {{ ['a' 'b', 'c'] }} {{ {'a' 'b': 1} }} {{ 'a' 'b' | upper }} {{ 'a' 'b'.upper() }} {{ 'a' == 'a' '' }}
{% set x = 'a' 'b' %}{{ x }}
{{ 1e5 | int }} {{ 1e5 == 100000 }} {{ 1.0 }} {{ 1.10 }} {{ 100000000000000000000.0 }} {{ 1e-5 }} {{ 0.0001 }} {{ 1.5e300 * 1e10 }} {{ -0.0 }} {{ 0.1 + 0.2 }} {{ 1e2 * 2 }} {{ 0x10 * 2 }} {{ 3.0 * 2 }} {{ 7.0 // 2 }} {{ 1_000 + 1 }}
{{ 1.e5 }}
{{ 1e }}
{{ 1e5x }}
{{ 0b12 }}
{{ 0o8 }}
{{ [1e3, 0x1f, 1_000] | tojson }} {{ {'a': 1.0, 'b': [none, true]} | tojson }} {{ 1e100 | tojson }} {{ 'é"<' | tojson }} {{ (1, 2) | tojson }} {{ {1: 2, none: 3, true: 4, 1.5: 2} | tojson }}
{{ {(1, 2): 3} | tojson }}
{{ nope | tojson }}
{{ namespace() | tojson }}
{{ {'b': 1, 'a': [1, {'c': 2}]} | tojson(indent=2) }} {{ {'b': 1, 'a': 2} | tojson(sort_keys=true) }} {{ [1, 2] | tojson(separators=(',', ':')) }} {{ 'é' | tojson(ensure_ascii=true) }} {{ [] | tojson(indent=1) }}
{{ {'b': 1} | tojson(2) }}
{{ 'a' | tojson | safe }} {{ '<' | e }} {{ '<' | safe | e }} {{ 'a' | striptags | upper }}
{{ messages | tojson | length }} {{ messages | map(attribute='role') | list }} {{ messages | map(attribute='x', default='d') | list }} {{ messages | map('length') | list }}
{{ messages | map | list }}
{{ 'a' | nope }}
{{ 'a' | map('nope') | list }}
{{ 'a' is nope }}
{{ ['a'] | select('nope') | list }}
{% if false %}{{ 'a' | nope }}{% endif %}x
{% if false %}{{ 'a' is nope }}{% endif %}x
{% for i in [1] %}{{ loop.first }}{{ loop.last }}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.length }}{{ loop.depth }}{{ loop.depth0 }}{{ loop.previtem }}{{ loop.nextitem }}{{ loop.previtem is defined }}{{ loop.nope }}{{ loop['index'] }}{% endfor %}
{% for i in [1] %}{{ loop(i) }}{% endfor %}
{% for i in [1, 2] %}{% for j in [1] %}{{ loop.index }}{% endfor %}{{ loop.index }}{% endfor %}
{% set x = 1 %}{% for i in [1] %}{% set x = 2 %}{{ x }}{% endfor %}{{ x }}{% if true %}{% set x = 3 %}{% endif %}{{ x }}
{% macro a() %}{{ x }}{% endmacro %}{% set x = 5 %}{{ a() }}
{% for x in [1] %}{% macro a() %}{{ x }}{% endmacro %}{{ a() }}{% endfor %}{{ a is defined }}
{% set x = 1 %}{% set x %}{{ x }}{% set y = 2 %}{% endset %}{{ x }}{{ y }}
{% filter upper %}{% set z = 'q' %}{{ z }}{% endfilter %}{{ z }}
{% for c in 'aé😀' %}{{ c }}-{% endfor %}
{% for k in {'a': 1} %}{{ k }}{% endfor %}{% for k, v in {'a': 1} | dictsort %}{{ k }}{{ v }}{% endfor %}{% for k, v in {'a': 1} | items %}{{ k }}{{ v }}{% endfor %}
{% for a, b in [1] %}{% endfor %}
{% for a, b in ['xy'] %}{{ a }}{{ b }}{% endfor %}
{% for x in none %}{% endfor %}
{% for x in nope %}{% else %}empty{% endfor %}
{% set j = joiner(', ') %}{% for i in [1, 2, 3] %}{{ j() }}{{ i }}{% endfor %}
{% set c = cycler('odd', 'even') %}{% for i in [1, 2, 3] %}{{ c.next() }} {% endfor %}{{ c.current }}
{{ cycler('a').next(1) }}
{{ cycler(a=1) }}
{{ cycler('a')['current'] }}
{{ dict(a=1) }} {{ dict({'a': 1}, b=2) }} {{ dict([('a', 1)]) }} {{ dict() }}
{{ dict({'a': 1}, {'b': 2}) }}
{{ namespace({'a': 1}, b=2).b }}
{{ raise_exception('x') }}
{{ strftime_now('%Y-%m-%d') }}
{{ strftime_now() }}
{{ super() }}
{{ caller() }}
{{ gettext('x') }}
{{ _('x') }}
{{ context }}{{ request }}{{ environment }}
{{ __x }}{{ _x }}
{{ {'items': 1}['items'] }} {{ {'keys': 1}.x }}|{{ {'x': 1}.keys() | list }}
{{ {'a': 1}.update({'b': 2}) }}
{{ [1].append(2) }}
{{ {'a': 1}.pop('a') }}
{{ 'a'.nope() }}
{{ messages[0].nope() }}
{{ 'a'() }}
{{ 5() }}
{{ {'a': 1} | length }} {{ {'a': 1} | list }} {{ {'a': 1} | first }} {{ 'abc' | list }} {{ 'abc' | first }} {{ 'abc' | last }} {{ 'abc' | reverse }}
{{ [1, [2, 3]] | string }} {{ [1] ~ 'a' }} {{ {'a': none} ~ '' }} {{ ['a\'b', "c\"d", 'e\n'] }} {{ [1.0, true, none, 'é', '\x00'] }}
{{ 'a' < 'b' }} {{ [1] < [2] }} {{ 1 < 1.5 }}
{{ 'a' < 1 }}
{{ none < 1 }}
{{ nope < 1 }}
{{ nope == nope2 }} {{ nope == none }} {{ nope != 1 }} {{ nope in [1] }} {{ 1 in nope }}
{{ nope + 1 }}
{{ nope ~ 1 }} {{ nope | length }} {{ nope | list }} {{ nope | upper }}| {{ nope | default('d') }} {{ '' | default('d', true) }} {{ none | default('d') }} {{ nope | join }}|
{{ 'abc' | truncate(3) }} {{ 'abcdefghijkl mnop' | truncate(8) }} {{ 'abcdefghijkl mnop' | truncate(8, true) }} {{ 'abc def ghi jkl' | truncate(9, false, '..', 0) }}
{{ 'a b c d' | truncate(3, leeway=-1) }}
{{ 'hello world' | title }} {{ 'HELLO wORLD' | capitalize }} {{ "they're bill's" | title }} {{ "they're bill's".title() }} {{ 'a-b_c.d' | title }} {{ 'a-b_c.d'.title() }} {{ 'x1y'.title() }} {{ '1a'.capitalize() }}
{{ '3' | int + 1 }} {{ '3.7' | int }} {{ 'x' | int }} {{ 'x' | int(5) }} {{ '0x1f' | int(0, 16) }} {{ '1f' | int(0, 16) }} {{ '0b11' | int(base=2) }} {{ ' 42 ' | int }} {{ '1_000' | int }} {{ '1e3' | int }} {{ none | int }} {{ [] | int(7) }} {{ true | int }} {{ 3.9 | int }} {{ '3.5' | float }} {{ 'x' | float }} {{ none | float(1.5) }} {{ 'inf' | float }} {{ '1_0' | float }} {{ '٣' | int }}
{{ 'é'.upper() }} {{ 'ß'.upper() }} {{ 'İ'.lower() }} {{ 'ΑΣ'.lower() }} {{ 'ŉ'.title() }} {{ 'ǰ'.capitalize() }} {{ 'ﬃ'.title() }} {{ 'ᾳ'.title() }} {{ 'ʰa'.title() }} {{ 'a͏b'.title() }} {{ 'Σ'.title() }} {{ 'aΣ b'.title() }} {{ 'ΣΑΣ'.capitalize() }} {{ 'İa'.title() }} {{ 'aİΣ'.title() }} {{ 'aİΣ'.capitalize() }}
{{ 'a-b'.split('-') }} {{ 'a  b '.split() }} {{ 'a--b'.split('-') }} {{ 'a b c'.split(' ', 1) }} {{ 'a b c'.rsplit(' ', 1) }} {{ ''.split() }} {{ ''.split(',') }} {{ 'a'.split(none) }} {{ 'abc'.partition('b') }} {{ 'abc'.rpartition('x') }}
{{ 'a'.split('') }}
{{ 'abc'.strip('ac') }} {{ ' a '.lstrip() }} {{ 'xxa'.lstrip('x') }} {{ 'a'.zfill(3) }} {{ '-1'.zfill(4) }} {{ 'a'.center(4, '*') }} {{ 'a'.ljust(3) }}| {{ 'a'.rjust(3, '.') }} {{ 'abc'.removeprefix('a') }} {{ 'abc'.removesuffix('c') }} {{ 'aXbX'.replace('X', 'y', 1) }} {{ 'abc'.replace('', '-') }}
{{ 'a'.center(4, '**') }}
{{ 'a'.isdigit() }} {{ '1'.isdigit() }} {{ '²'.isdigit() }} {{ '²'.isdecimal() }} {{ 'a1'.isalnum() }} {{ 'é'.isalpha() }} {{ ' '.isspace() }} {{ ''.isspace() }} {{ 'a b'.islower() }} {{ 'A1'.isupper() }} {{ '½'.isnumeric() }}
{% generation %}a{% endgeneration %}{% for m in messages %}{% generation %}{{ m.content }}{% endgeneration %}{% endfor %}
{%- generation -%} a {%- endgeneration -%} b
{% generation %}{% generation %}a{% endgeneration %}{% endgeneration %}
{% if true %}{% generation %}a{% endif %}{% endgeneration %}
{% call generation() %}a{% endcall %}
{% set generation = 1 %}{{ generation }}
{{ a and }}
{{ and a }}
{{ a or or b }}
{{ not in [1] }}
{{ a not b }}
{{ a is not }}
{{ a in }}
{{ a if }}
{{ a if b else }}
{{ a | f( }}
{{ a | f() ) }}
{{ a[ }}
{{ {'a': }}
{{ {'a': } }}
{{ {: 1} }}
{{ {'a'} }}
{{ {,} }}
{{ ( }}
{{ (,) }}
{{ (1 2) }}
{{ f(a b) }}
{{ f(,) }}
{{ f(a=) }}
{{ f(a=1, 2) }}
{{ f(**a, *b) }}
{{ f(* a) }}
{{ a..b }}
{{ a.1b }}
{{ a.-1 }}
{{ a[1 }}
{{ a:b }}
{{ a -> b }}
{{ a => b }}
{{ a === b }}
{{ a <> b }}
{{ a = = b }}
{{ a % b }}
{{ @a }}
{{ $a }}
{{ a # b }}
{{ a \ b }}
{{ `a` }}
{{ {{ a }} }}
{{ a }} }}
{% if a } %}
{% if a }} %}x{% endif %}
{% if (a %}x{% endif %}
{% set a = {'b': 1} %}{{ a }}{% set a={'b':{}}%}{{a}}{{ {'a':{'b':1}}['a']['b'] }}
{%if true%}a{%else%}b{%endif%}{%-if true-%}c{%-endif-%}
{% if true %}a{% else if false %}b{% endif %}
{% if true %}a{% elseif false %}b{% endif %}
{% if true %}a{% endif true %}
{% for x in [1] %}a{% endfor x %}
{% else x %}
{% break x %}
{% macro m() %}a{% endmacro m %}
{% set x %}a{% endset x %}
{% set x = 1 -%} a
{% set x=1%}{{x}}
{%for x in[1]%}{{x}}{%endfor%}
{%if not(true)%}a{%endif%}b
{{not true}}{{(not true)}}{{1if true else 2}}
{{'a'if true else'b'}}{{'a'~'b'}}{{1in[1]}}{{[1]in[[1]]}}
{% set a, = (1,) %}{{ a }}
{% set (a,) = (1,) %}{{ a }}
{{ 1if true else 2 }} {{ 1in[1] }} {{ 0x1in[1] }} {{ 1or 2 }} {{ 1and 2 }} {{ 1is odd }} {{ [1.0if true else 2] }}
{{ [0b12, 1, 2, 3] }}
{{ [1 0, 1, 2] }}
{{ [012, 1] }} 
{{ [1__0, 1] }}
{{ [1.2.3, 5] }}
{{ {'__x__': 1}['__x__'] }} {{ {'_x': 1}._x }}
{{ '٣.٥' | float }} {{ '٣' | int }} {{ '１２' | int(base=16) }} {{ '²' | int }}
{% macro m(x, y=none) %}{{ x }}{{ y }}{% endmacro %}{{ m(1, y=2) }}
{% call(x,) m() %}{% endcall %}
{{ 3 is divisibleby 1.5 }} {{ -4 is divisibleby 2 }} {{ true is divisibleby 1 }}
{{ 1 }}{{ 12 }}{{ 1 + 2 }}{{ '1' + '2' }}{{ [1][0] }}{{ {'1': 1}['1'] }}{{ '0' }}{{ 'x' if 1 == 1 }}{{ 'abc' [1] }}{{ 5 . x }}
{{ a . 0 }}|{{ [7] . 0 }}|{{ [7].0 + 1 }}|{{ [7].0+1e1 }}
{% set x = 10 %}{{ x }}{% if x > 9 %}{{ 3 }}{% endif %}{% for i in range(0, 10, 5) %}{{ i }}{% endfor %}
{{ '<a href="x>y">z</a>' | striptags }} {{ 'x<!-->y-->z' | striptags }} {{ '  a\n\t b  ' | striptags }}
{% macro m(true=1) %}{% endmacro %}
{{ x is eq [1 is eq [2]] }} {{ [1] is eq [1] and [x is defined] is eq [false] }}
{% for i in [3, 1] %}{% for j in range(i) if j < 2 < 3 %}{{ loop.index }}{% endfor %}{% else %}e{% endfor %}
{% set x | replace('a', 'b') %}{% for i in [1, 2] %}a{% endfor %}{% endset %}{{ x }}
{{ messages | groupby('role') | map(attribute='grouper') | list }} {{ messages | map(attribute='content') | map('upper') | join }}
{{ (messages | first).role }} {{ messages | length > 0 == true }}
{{ 'x' if messages | length > 0 and not messages[0].role == 'system' else 'y' }}
{{ 'a' 'b' is eq 'ab' }} {{ ('a' is eq('a')) ~ 1 }} {{ 'a' is eq 'a' ~ 1 }}
{{ {'a': {'b': [1, {'c': 2}]}}['a'].b[1].c }} {{ [1, 2, 3][1:][0] }} {{ 'abc'[::2][::-1] }} {{ (1, 2)[1:] }} {{ (1, 2) + (3,) }} {{ (1,) * 2 }}
{{ 5 | string ~ 'a' }} {{ 5 ~ 'a' | upper }} {{ (5 ~ 'a') | upper }}
{{ 'a\nb' | indent(2, true) }} {{ 'x' | indent(first=true) }}
{{ '{0} {1} {0}'.format('a', 'b') }} {{ '{a}'.format(a=1) }} {{ '{{}}'.format() }} {{ '{:>3}'.format('é') }} {{ '{0[x]}{0[y]}'.format({'x': 1, 'y': 2}) }} {{ '{:,.0f}'.format(1234.5) }} {{ '{:<8,}|'.format(1234) }} {{ '{:,}'.format(-1234567) }} {{ '{:,}'.format(999) }} {{ '{:+,}'.format(1000) }}
{{ '{0[nope]}'.format({'x': 1}) }}|{{ '{0.nope}'.format('x') }}|
{{ '{0[5]}'.format([1]) }}|
{{ '{}'.format() }}
{{ '{a}'.format(b=1) }}
{{ '{0[a].b}'.format({'a': {'b': 1}}) }} {{ '{0.a[b]}'.format({'a': {'b': 1}}) }} {{ '{0[1]}'.format('abc') }} {{ '{0[-1]}'.format([1, 2]) }}|
{{ 'abc'.count('b', none, 2) }} {{ 'abc'.endswith('c', 1, 3) }} {{ 'abc'.endswith('', 4) }} {{ 'abc'.rfind('c', 0, 3) }} {{ 'abab'.rfind('ab') }} {{ 'abab'.rindex('ab', 1) }} {{ 'é😀x'.find('x') }} {{ 'é😀x'.rfind('x') }}
{{ 'a\tb\tc'.expandtabs(3) }} {{ '\t'.expandtabs() }}| {{ 'ab\r\tc'.expandtabs(4) }} {{ 'é\tx'.expandtabs(4) }} {{ 'a\tb'.expandtabs(-1) }}
{{ {'a': 1, 'b': [1, 2]} | urlencode }} {{ [] | urlencode }}| {{ {} | urlencode }}| {{ {'k': none} | urlencode }} {{ {1: true} | urlencode }} {{ (('a', 1),) | urlencode }} {{ {'a': 1}.items() | urlencode }} {{ 1.5 | urlencode }} {{ true | urlencode }} {{ ('<&' | safe) | urlencode }}
{{ [1] | urlencode }}
{{ {'a': true, 'b': 1.5, 'é': 'ü'} | xmlattr }} {{ {'a': none} | xmlattr }}| {{ {'a': ''} | xmlattr(autospace=false) }} {{ {'a>': 1} | xmlattr if false }}
{{ 'a' | xmlattr }}
{{ 999999 | filesizeformat }} {{ 1023 | filesizeformat(true) }} {{ 1024 | filesizeformat(true) }} {{ 999.9 | filesizeformat }} {{ 0.5 | filesizeformat }} {{ 1e3 | filesizeformat }} {{ '1e6' | filesizeformat }} {{ 123456789012 | filesizeformat }} {{ 1e27 | filesizeformat(true) }}
{{ none | filesizeformat }}
{{ [] | attr('count') is callable }} {{ messages[0] | attr('role') }}| {{ messages[0] | attr('keys') is callable }} {{ range(3) | attr('stop') }} {{ loop | attr('x') if false }} {% for i in [1] %}{{ loop | attr('index') }}{% endfor %} {{ 5 | attr('nope') }}| {{ none | attr('x') is defined }} {{ cycler('q') | attr('current') }}
{% macro m() %}{{ m.name }}{% endmacro %}{{ m() }} {{ m | attr('name') }} {{ m['name'] }} {{ [m] | map(attribute='name') | list }} {{ [m] }} {{ m ~ '' }}
{{ m.name if m is defined }}{% macro m() %}{% endmacro %}
{% set m = 1 %}{% macro m() %}x{% endmacro %}{{ m() }}{% set m = 2 %}{{ m }}
{{ range(2).copy is defined }} {{ range(2).x is defined }} {{ range(2) is string }} {{ range(2) == range(2) == range(2) }} {{ range(0, 3, 2) == range(0, 4, 2) }} {{ range(3) in [range(3)] }} {{ range(2) != [0, 1] }}
{% for i in range(3) %}{{ loop.last }}{{ loop.length }}{% endfor %}{{ range(3) | map('string') | join }} {{ range(1, 4) | min }} {{ range(3) | unique | list }} {{ range(3) | sort(reverse=true) }} {{ range(0) | first is defined }} {{ range(2) | list ~ 'x' }} {{ range(3) | batch(2) | list }} {{ range(4) | select('even') | list }} {{ range(3) | length + 1 }} {{ range(2) | tojson if false }} {{ range(3)[:2] | list }} {{ range(10)[5:][2] }} {{ range(10)[5:].start }} {{ range(10)[::3] }} {{ range(10)[-1:0:-4] }} {{ range(0)[1:] }} {{ range(5)[7:9] }}
{{ 'ab' | map('upper') | join }} {{ 'ab'.join(range(2) | map('string')) }}
{{ ','.join(range(2)) }}
{{ range(2) | sum(start=1.5) }} {{ range(3) | reverse | join }} {{ range(3) | string | length }} {{ range(3) | pprint }} {{ range(3) | e }} {{ range(3) is eq(range(3)) }} {{ range(3) is iterable }} {{ [0, 1] == range(2) | list }}
{{ 1.5 | tojson }} {{ 1e22 | tojson }} {{ 1e3 | string }} {{ 0x1f | string }} {{ 1_000 ~ '' }} {{ 0b1 is integer }} {{ 1e3 is float }} {{ 1e0 is integer }}
{{ 'x' * 1e0 }}
{{ [1, 2][1e0] is defined }}
{{ 'a' ~ 'b' == 'ab' == true }}
{{ 'a' ~ 'b' == 'ab' != 'c' }} {{ not 'a' ~ 'b' }} {{ 'a' ~ 'b' in ['ab'] }} {{ ['x'] == ['x'] in [['x']] }}
{% if 1 < 2 < 3 %}y{% endif %}{% if 3 < 2 < nope.x.y %}y{% else %}n{% endif %}{% for i in range(5) if 0 < i < 4 %}{{ i }}{% endfor %}{% set z = 1 < 2 < 2 %}{{ z }}
{% filter upper | replace('A', 'b') | trim %} a {{ 'c' }} {% endfilter %}{% filter trim | upper %}{% filter lower %} X {% endfilter %}{% endfilter %}
{% filter nope %}a{% endfilter %}
{% filter upper | nope %}a{% endfilter %}
{% filter upper upper %}a{% endfilter %}
{% filter upper | %}a{% endfilter %}
{% set x | nope %}a{% endset %}
{% set x, y | upper %}a{% endset %}
{% set x | %}a{% endset %}
{% for i in [1, 2] %}{% set x | upper %}a{{ loop.index }}{% endset %}{{ x }}{% endfor %}
{% for x in [1, none, 1] %}{{ loop.changed(x) }}{{ loop.changed(x) }}{% endfor %}{% for x in [[1], [1], [2]] %}{{ loop.changed(x) }}{% endfor %}{% for x in [1, true] %}{{ loop.changed(x) }}{% endfor %}
{% for i in [1] %}{{ loop.changed(a=1) }}{% endfor %}
{% for i in [1] %}{{ loop.cycle(a=1) }}{% endfor %}
{{ 'ﬁﬂ'.title() }} {{ 'Ǆǆ'.title() }} {{ 'ǅ'.capitalize() }} {{ 'ǆ ǆ' | title }} {{ 'ŉx'.capitalize() }} {{ 'ᾳα'.title() }} {{ 'ΌΣΟΣ ΣΑΣ'.title() }} {{ 'ss'.title() }} {{ 'ⅷ'.title() }} {{ 'ⓐb'.title() }} {{ "l'été".title() }} {{ 'éÉ'.swapcase() }}
{{ range(3).name }}|{{ range.name }}|{{ 'a'.upper.name }}|{{ namespace.x }}|
{{ -1[0] }}
{{ (-1)[0] }}| {{ -'a'.x if false }} {{ {} | length -1 }} {{ -2 ** 2 }}
{% if 'a' if true else 'b' %}y{% endif %}
{% if ('a' if true else 'b') %}y{% endif %}{% if ['a' if false] %}z{% endif %}
{% if true %}a{% elif 1 if 2 %}b{% endif %}
{{ 1 % -1.5 }} {{ 0 % -1.5 }} {{ 5.1 % 0.3 }} {{ 7.5 // -2 }} {{ -7 // 2.0 }} {{ 1 // 0.1 }} {{ -0.0 // 3 }} {{ -7 % 3 }} {{ 7 % -3 }} {{ 6 % -3 }} {{ -6 // 4 }}
{{ dict(nope) }}
{% for y in [1, 2] %}a{% continue %}{% else %}b{% endfor %}{% for y in [1, 2] %}c{% break %}{% else %}d{% endfor %}{% for y in [1, 2] %}{% if y == 2 %}{% break %}{% endif %}e{% else %}f{% endfor %}
{% set x = 1 %}{% for y in [] %}{% else %}{% set x = 2 %}{{ x }}{% endfor %}{{ x }}
{{ namespace(nope) }}
""".strip("\n").split("\n")
