import type { ClassDeclaration } from 'typescript/unstable/ast'
import { isClassDeclaration, isPropertyDeclaration } from 'typescript/unstable/ast/is'
import { summaryOf } from './doc-comment.ts'
import { table } from './markdown.ts'
import type { Module } from './open-entries.ts'

/** Every error code of a module and what it means, as rows; none where it declares no error. */
export function errorTable({ exports }: Module): string {
  const rows = exports
    .flatMap(({ declarations }) => declarations.filter(isClassDeclaration))
    .flatMap(errorRow)
  const head = ['code', 'class', 'tried again', '[waits for](#waitingcause)', 'meaning']
  return rows.length === 0 ? '' : `## Codes\n\n${table(head, rows)}`
}

function errorRow(node: ClassDeclaration): readonly (readonly string[])[] {
  const code = member(node, 'code')
  if (code === undefined || code === '') return []
  const name = node.name?.text ?? ''
  return [
    [
      `\`${code.replaceAll("'", '')}\``,
      `[\`${name}\`](#${name.toLowerCase()})`,
      // Declared without a value: every error of the class says for itself.
      { true: 'yes', false: 'no' }[member(node, 'retryable') ?? ''] ?? 'depends on the answer',
      waitsFor(member(node, 'waitsFor')),
      summaryOf(node),
    ],
  ]
}

function waitsFor(value: string | undefined): string {
  if (value === undefined) return 'nothing'
  return value === '' ? 'depends on the answer' : `\`${value.replaceAll("'", '')}\``
}

/** What a member is set to: empty where it is set later, `undefined` where there is none. */
function member(node: ClassDeclaration, name: string): string | undefined {
  const found = node.members
    .filter(isPropertyDeclaration)
    .find((each) => each.name.getText() === name)
  return found && (found.initializer?.getText() ?? '')
}
