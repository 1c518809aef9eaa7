import { parseSync } from 'vite';

/** One place where a source file names another module. */
export interface ImportRef {
  /** The module as written, without a `?query`; null when it is computed, so nobody can read where it leads. */
  specifier: string | null;
  /** Only types come over it; nothing is left of it at run time. */
  typeOnly: boolean;
  line: number;
}

interface Node {
  type: string;
  start: number;
  [key: string]: unknown;
}

/** Calls that load, find or replace a module by its name, besides `import` itself. */
const LOADERS = new Set([
  'require',
  'require.resolve',
  'import.meta.resolve',
  'vi.mock',
  'vi.doMock',
  'vi.unmock',
  'vi.importActual',
  'vi.importMock',
]);
const REFERENCE = /^\s*\/\/\/\s*<reference\s+(types|path)\s*=\s*["']([^"']+)["']/gm;

/**
 * Every import of a TypeScript or JavaScript source: static, re-exporting, dynamic, of types alone, `require`, module mocks,
 * and `/// <reference>`. Throws where the source does not parse, since an unread file is an unchecked one.
 */
export function readImports(file: string, source: string): ImportRef[] {
  const { program, errors } = parseSync(file, source);
  const problem = errors[0];
  if (problem !== undefined) throw new Error(`${file} does not parse: ${problem.message}`);
  const found: ImportRef[] = [];
  const add = (node: Node, specifier: string | null, typeOnly: boolean): void => {
    found.push({ specifier: specifier?.replace(/\?.*$/s, '') ?? null, typeOnly, line: lineAt(source, node.start) });
  };
  walk(program, (node) => {
    switch (node.type) {
      case 'ImportDeclaration':
        return add(node, text(node.source), node.importKind === 'type');
      case 'ExportNamedDeclaration':
      case 'ExportAllDeclaration':
        return isNode(node.source) ? add(node, text(node.source), node.exportKind === 'type') : undefined;
      case 'ImportExpression':
        return add(node, text(node.source), false);
      case 'TSImportType':
        return add(node, text(node.source), true);
      case 'TSExternalModuleReference':
        return add(node, text(node.expression), false);
      case 'CallExpression':
        return addCall(node, add);
    }
  });
  for (const match of source.matchAll(REFERENCE)) {
    const specifier = match[1] === 'path' && !match[2]?.startsWith('.') ? `./${match[2]}` : (match[2] ?? null);
    found.push({ specifier, typeOnly: true, line: lineAt(source, match.index) });
  }
  return found.sort((a, b) => a.line - b.line);
}

function addCall(node: Node, add: (node: Node, specifier: string | null, typeOnly: boolean) => void): void {
  const name = calleeName(node.callee);
  if (name === null || !LOADERS.has(name) || !Array.isArray(node.arguments)) return;
  const first: unknown = node.arguments[0];
  // vi.mock(import('./x.ts')) names its module by an import, which is found as such.
  if (isNode(first) && first.type === 'ImportExpression') return;
  add(node, text(first), false);
}

function calleeName(callee: unknown): string | null {
  if (!isNode(callee)) return null;
  if (callee.type === 'Identifier') return typeof callee.name === 'string' ? callee.name : null;
  if (callee.type === 'MetaProperty') return 'import.meta';
  if (callee.type !== 'MemberExpression' || callee.computed === true) return null;
  const object = calleeName(callee.object);
  const property = calleeName(callee.property);
  return object === null || property === null ? null : `${object}.${property}`;
}

/** The value of a string literal or of a template without expressions; null for anything computed. */
function text(node: unknown): string | null {
  if (!isNode(node)) return null;
  if (node.type === 'Literal') return typeof node.value === 'string' ? node.value : null;
  if (node.type === 'TSLiteralType') return text(node.literal);
  if (node.type !== 'TemplateLiteral' || !Array.isArray(node.quasis) || node.quasis.length !== 1) return null;
  const value: unknown = isNode(node.quasis[0]) ? node.quasis[0].value : null;
  return typeof value === 'object' && value !== null && 'cooked' in value && typeof value.cooked === 'string'
    ? value.cooked
    : null;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string' && 'start' in value;
}

function walk(value: unknown, visit: (node: Node) => void): void {
  if (Array.isArray(value)) {
    for (const item of value) walk(item, visit);
  } else if (isNode(value)) {
    visit(value);
    for (const child of Object.values(value)) walk(child, visit);
  }
}

function lineAt(source: string, offset: number): number {
  return source.slice(0, offset).split('\n').length;
}
