import type {
  ClassDeclaration,
  Node,
  TypeAliasDeclaration,
  VariableDeclaration,
} from 'typescript/unstable/ast'
import {
  isArrowFunction,
  isClassDeclaration,
  isConstructorDeclaration,
  isFunctionDeclaration,
  isIndexedAccessTypeNode,
  isPropertyDeclaration,
  isQualifiedName,
  isTypeAliasDeclaration,
  isTypeReferenceNode,
  isVariableDeclaration,
} from 'typescript/unstable/ast/is'
import { NodeBuilderFlags } from 'typescript/unstable/sync'
import type { Compiler, Exported } from './open-entries.ts'

/** What is declared, without what it does. */
export function codeOf(exported: Exported, compiler: Compiler): string {
  const codes = exported.declarations.map((node) => {
    if (isClassDeclaration(node)) return classCode(node)
    if (isVariableDeclaration(node)) return variableCode(node, exported, compiler)
    if (isReckoned(node)) return reckonedCode(exported, compiler)
    return isFunctionDeclaration(node) ? upTo(node, node.body) : node.getText()
  })
  return codes.join('\n\n').replaceAll(/^export (async )?/gm, '')
}

/** Whether a type is made from something that nobody else sees, such as a schema. */
export function isReckoned(node: Node): node is TypeAliasDeclaration {
  if (!isTypeAliasDeclaration(node) || node.typeParameters !== undefined) return false
  const { type } = node
  return (
    (isTypeReferenceNode(type) && isQualifiedName(type.typeName)) ||
    (isIndexedAccessTypeNode(type) && isTypeReferenceNode(type.objectType))
  )
}

/** What comes of it. */
function reckonedCode({ name, symbol }: Exported, { checker, print }: Compiler): string {
  const type = checker.getDeclaredTypeOfSymbol(symbol)
  const flags =
    NodeBuilderFlags.NoTruncation |
    NodeBuilderFlags.InTypeAlias |
    NodeBuilderFlags.MultilineObjectLiterals
  const node = checker.typeToTypeNode(type, undefined, flags)
  return `type ${name} = ${node && print(node)}`
}

/** A function that stands in a constant is a function to whoever calls it. */
function variableCode(
  { initializer, type }: VariableDeclaration,
  { name, symbol }: Exported,
  { checker }: Compiler,
): string {
  if (initializer !== undefined && isArrowFunction(initializer) && type === undefined)
    return `function ${name}${upTo(initializer, initializer.equalsGreaterThanToken)}`

  const known = checker.getTypeOfSymbol(symbol)
  const written = type?.getText() ?? (known && checker.typeToString(known)) ?? ''
  // The compiler shortens what nobody would read to its end.
  return written.includes('...') ? '' : `const ${name}: ${written}`
}

/** The members that others see, with what is said of each. */
function classCode(node: ClassDeclaration): string {
  const head = textBetween(node, node.getStart(), node.members.pos)
  const members = node.members
    .map((member) => memberCode(member))
    .filter((code) => !/^(private|static #|#)/.test(code.replace(/^ *\/\*\*.*?\*\/\s*/s, '')))
  return `${head}\n${members.map((code) => `  ${code}\n`).join('')}}`
}

function memberCode(member: Node): string {
  const start = member.getStart(undefined, true)
  if (!isPropertyDeclaration(member)) {
    const body = isConstructorDeclaration(member) ? member.body : bodyOf(member)
    return textBetween(member, start, body?.getFullStart() ?? member.getEnd())
  }
  const { initializer, type } = member
  if (initializer === undefined || type !== undefined)
    return withoutOverride(textBetween(member, start, type?.getEnd() ?? member.getEnd()))
  const named = textBetween(member, start, member.name.getEnd())
  return withoutOverride(`${named}: ${initializer.getText()}`)
}

const withoutOverride = (code: string) => code.replace(/\boverride /, '')

function bodyOf(node: Node): Node | undefined {
  return 'body' in node ? (node.body as Node | undefined) : undefined
}

/** The text of a node before one of its parts, or all of it. */
function upTo(node: Node, part: Node | undefined): string {
  return textBetween(node, node.getStart(), part?.getFullStart() ?? node.getEnd())
}

function textBetween(node: Node, start: number, end: number): string {
  return node.getSourceFile().text.slice(start, end).trim()
}
