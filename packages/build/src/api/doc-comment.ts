import type { Node } from 'typescript/unstable/ast'
import { isVariableDeclaration } from 'typescript/unstable/ast/is'

/** What stands above a declaration: its contract as Markdown, tags as a list. */
export function docOf(node: Node): string {
  const [text = '', ...tags] = rawDocOf(node).split(/(?<=^|\s)@(?=(?:param|returns|throws)\b)/m)
  const items = tags.map((tag) => `- ${tagged(tag)}`)
  return [text.trim(), items.join('\n')].filter((part) => part !== '').join('\n\n')
}

/** The first paragraph of it, on one line. */
export function summaryOf(node: Node): string {
  return (docOf(node).split('\n\n')[0] ?? '').replaceAll('\n', ' ')
}

/** `param options asked for with every request` is `options`: asked for with every request. */
function tagged(tag: string): string {
  const [, kind = '', rest = ''] = /^(\w+)\s+(.*)$/s.exec(tag.trim()) ?? []
  const text = rest.replaceAll(/\s*\n\s*/g, ' ')
  if (kind === 'param') return text.replace(/^(\S+)\s+/, '`$1`: ')
  return `${kind} ${text}`
}

/** The text of the comment right above, without its stars. */
function rawDocOf(node: Node): string {
  // A variable's stands above the whole statement.
  const documented = isVariableDeclaration(node) ? node.parent.parent : node
  const comment = documented.jsDoc?.at(-1)?.getText() ?? ''
  return comment
    .replace(/^\/\*\*/, '')
    .replace(/\*\/$/, '')
    .replaceAll(/^ *\* ?/gm, '')
    .replaceAll(/\{@link (\w+)\}/g, '`$1`')
    .trim()
}
