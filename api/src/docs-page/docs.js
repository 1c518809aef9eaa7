/** Builds the API's documentation from its own description; nothing is fetched from anywhere else. */
const element = (name, properties = {}, ...children) => {
  const node = Object.assign(document.createElement(name), properties);
  node.append(...children);
  return node;
};

const description = await (await fetch('/api/openapi.json')).json();
const resolve = (schema) => {
  const name = schema?.$ref?.split('/').at(-1);
  return name === undefined ? (schema ?? {}) : { title: name, ...description.components.schemas[name] };
};

/** A schema in a few words. */
const typeOf = (schema) => {
  const s = resolve(schema);
  if (s.enum) return s.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (s.anyOf ?? s.oneOf) return (s.anyOf ?? s.oneOf).map(typeOf).join(' | ');
  if (s.type === 'array') return `${typeOf(s.items)}[]`;
  const bounds = [s.minimum !== undefined && `≥ ${s.minimum}`, s.maximum !== undefined && `≤ ${s.maximum}`, s.format].filter(
    Boolean,
  );
  const type = Array.isArray(s.type) ? s.type.join(' | ') : (s.type ?? 'object');
  return [type, ...bounds].join(' ');
};

/** Rows of name, type and description; objects are opened two levels deep. */
const rows = (schema, prefix = '', depth = 0) => {
  const s = resolve(schema);
  if (s.type === 'array' && depth < 3) return rows(s.items, `${prefix}[]`, depth);
  return Object.entries(s.properties ?? {}).flatMap(([name, value]) => {
    const path = prefix === '' ? name : `${prefix}.${name}`;
    const inner = resolve(value);
    const required = s.required?.includes(name) ? '' : ', optional';
    const row = element(
      'tr',
      {},
      element('td', { textContent: path }),
      element('td', { textContent: typeOf(value) + required }),
      element('td', { textContent: inner.description ?? '' }),
    );
    return depth < 2 && (inner.properties || inner.items) ? [row, ...rows(value, path, depth + 1)] : [row];
  });
};

/** An example value for a body. */
const example = (schema) => {
  const s = resolve(schema);
  if (s.example !== undefined) return s.example;
  if (s.default !== undefined) return s.default;
  if (s.enum) return s.enum[0];
  if (s.type === 'object') return Object.fromEntries((s.required ?? []).map((name) => [name, example(s.properties[name])]));
  if (s.type === 'array') return [];
  if (s.type === 'number' || s.type === 'integer') return s.minimum ?? 1;
  if (s.type === 'boolean') return false;
  return s.format === 'date-time' ? '2026-11-23T14:30:00+08:00' : 'text';
};

const curlOf = (method, path, operation) => {
  const parameters = operation.parameters ?? [];
  const filled = parameters
    .filter((p) => p.in === 'path')
    .reduce((url, p) => url.replace(`{${p.name}}`, resolve(p.schema).example ?? 'ID'), path);
  const query = parameters
    .filter((p) => p.in === 'query' && (p.required || p.schema?.example))
    .map((p) => `${p.name}=${encodeURIComponent(p.schema.example ?? 'VALUE')}`);
  const lines = [`curl -X ${method.toUpperCase()} '${location.origin}${filled}${query.length > 0 ? `?${query.join('&')}` : ''}'`];
  if (operation.security?.length !== 0) lines.push(`  -H "Authorization: Bearer $PLUME_TOKEN"`);
  const schema = operation.requestBody?.content?.['application/json']?.schema;
  if (schema) lines.push(`  -H 'Content-Type: application/json'`, `  -d '${JSON.stringify(example(schema))}'`);
  return lines.join(' \\\n');
};

const copyButton = (text) => {
  const button = element('button', { type: 'button', textContent: 'Copy curl' });
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(text);
    button.textContent = 'Copied';
  });
  return button;
};

const section = (title, trs) =>
  trs.length === 0 ? [] : [element('h3', { textContent: title }), element('table', {}, element('tbody', {}, ...trs))];

const contents = document.getElementById('contents');
const routes = document.getElementById('routes');
for (const [path, item] of Object.entries(description.paths)) {
  for (const [method, operation] of Object.entries(item)) {
    const id = `${method}${path}`.replace(/[^a-z0-9]+/gi, '-');
    const title = `${method.toUpperCase()} ${path}`;
    contents.append(element('a', { href: `#${id}`, textContent: title }));
    const curl = curlOf(method, path, operation);
    const parameters = (operation.parameters ?? []).map((p) =>
      element(
        'tr',
        {},
        element('td', { textContent: p.name }),
        element('td', { textContent: typeOf(p.schema) + (p.required ? '' : ', optional') }),
        element('td', { textContent: p.description ?? resolve(p.schema).description ?? '' }),
      ),
    );
    const bodySchema = operation.requestBody?.content?.['application/json']?.schema;
    const answers = Object.entries(operation.responses).flatMap(([status, answer]) => {
      const schema = answer.content?.['application/json']?.schema;
      return section(
        `${status} — ${answer.description}`,
        schema
          ? rows(schema)
          : [element('tr', {}, element('td', { textContent: Object.keys(answer.content ?? {}).join(', ') || 'no body' }))],
      );
    });
    routes.append(
      element(
        'article',
        { id },
        element('h2', { textContent: title }),
        element('p', { textContent: [operation.summary, operation.description].filter(Boolean).join('. ') }),
        element('pre', { textContent: curl }),
        copyButton(curl),
        ...section('Parameters', parameters),
        ...section('Body', bodySchema ? rows(bodySchema) : []),
        ...answers,
      ),
    );
  }
}
document.getElementById('about').textContent =
  `${description.info.description} Version ${description.info.version}. A session cookie or the service token opens every route but sign-in.`;
