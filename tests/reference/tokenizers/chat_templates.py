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
