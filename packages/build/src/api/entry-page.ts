import {
  isClassDeclaration,
  isInterfaceDeclaration,
  isTypeAliasDeclaration,
} from 'typescript/unstable/ast/is'
import { codeOf } from './code.ts'
import { docOf } from './doc-comment.ts'
import { errorTable } from './error-table.ts'
import { codeBlock, page, table } from './markdown.ts'
import { namedTypes } from './named-types.ts'
import type { Compiler, Exported, Module } from './open-entries.ts'
import { isOperation, type Operation, operationsOf } from './operations.ts'

/** An entry that others import, and the page about it. */
export interface Entry {
  /** What is imported: `@lapse/core/ory`. */
  readonly specifier: string
  readonly file: string
  readonly about: string
  readonly module: Module
}

/**
 * The page of an entry: what it says of itself, and every name that it exports.
 * @param entries all of them, for what a page leaves to another
 */
export function entryPage(entry: Entry, entries: readonly Entry[]): string {
  const { specifier, about, module } = entry
  const { compiler } = module
  const operations = operationsOf(module)
  const exports = module.exports.filter((each) => !isOperation(each))
  const ofKind = (kind: Kind) => exports.filter((each) => kindOf(each) === kind)
  const named = namedTypes(exports, compiler)
  const home = ({ symbol }: Exported) =>
    entries.find((each) => each.module.exports.some((other) => other.symbol.id === symbol.id))
  return page([
    `# ${specifier}`,
    '<!-- Written by `npm run api` from the comments in the sources. -->',
    about,
    errorTable(module),
    ...section('Functions and values', ofKind('value'), compiler),
    ...operationsPart(operations),
    ...section('Classes', ofKind('class'), compiler),
    ...section('Types', ofKind('type'), compiler),
    ...section(
      'Types that these name',
      named.filter((each) => home(each) === undefined),
      compiler,
    ),
    elsewhere(
      named.flatMap((each) => {
        const other = home(each)
        return other ? `[\`${each.name}\`](${other.file}#${each.name.toLowerCase()})` : []
      }),
    ),
  ])
}

function elsewhere(links: readonly string[]): string {
  return links.length === 0 ? '' : `From other entries: ${links.toSorted().join(', ')}.`
}

type Kind = 'class' | 'type' | 'value'

function kindOf({ declarations }: Exported): Kind {
  if (declarations.some(isClassDeclaration)) return 'class'
  const isType = declarations.every(
    (node) => isInterfaceDeclaration(node) || isTypeAliasDeclaration(node),
  )
  return isType ? 'type' : 'value'
}

function section(title: string, named: readonly Exported[], compiler: Compiler): readonly string[] {
  if (named.length === 0) return []
  const sorted = named.toSorted((a, b) => a.name.localeCompare(b.name, 'en'))
  return [`## ${title}`, ...sorted.flatMap((each) => namedPart(each, compiler))]
}

function namedPart(exported: Exported, compiler: Compiler): readonly string[] {
  const docs = exported.declarations.map(docOf)
  return [`### ${exported.name}`, ...docs, codeBlock(codeOf(exported, compiler))]
}

function operationsPart(operations: readonly Operation[]): readonly string[] {
  if (operations.length === 0) return []
  const rows = operations.map(({ id, summary }) => [`[\`${id}\`](#${id.toLowerCase()})`, summary])
  return [
    '## Operations',
    table(['method of `Ory`', 'in a sentence'], rows),
    ...operations.flatMap(({ id, doc, method, path, signature }) => [
      `### ${id}`,
      `\`${method} ${path}\``,
      doc,
      codeBlock(signature),
    ]),
  ]
}
