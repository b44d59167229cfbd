import { type Node, type ObjectLiteralExpression, SyntaxKind } from 'typescript/unstable/ast'
import {
  isCallExpression,
  isObjectLiteralExpression,
  isPropertyAssignment,
  isStringLiteral,
  isVariableDeclaration,
} from 'typescript/unstable/ast/is'
import { NodeBuilderFlags, SignatureKind, type Symbol as TsSymbol } from 'typescript/unstable/sync'
import { docOf, summaryOf } from './doc-comment.ts'
import type { Compiler, Exported, Module } from './open-entries.ts'

/** An operation of Ory's, as the client has it. */
export interface Operation {
  readonly id: string
  /** Its contract in a sentence, as it stands at the method. */
  readonly summary: string
  /** Its whole contract, as it stands at the operation. */
  readonly doc: string
  readonly method: string
  readonly path: string
  /** How its method is called. */
  readonly signature: string
}

/** Whether a name stands for an operation's data. */
export function isOperation({ declarations: [node] }: Exported): boolean {
  return node !== undefined && dataOf(node) !== undefined
}

/** The operations of a module that exports the client: in the order of its methods. */
export function operationsOf({ exports, compiler }: Module): readonly Operation[] {
  const ory = exports.find(({ name }) => name === 'Ory')
  const table = exports.find(({ name }) => name === 'operations')
  if (ory === undefined || table === undefined) return []

  const { checker } = compiler
  const data = new Map(
    checker
      .getPropertiesOfType(checker.getTypeOfSymbol(table.symbol) ?? checker.getUnknownType())
      .map((symbol) => [symbol.name, symbol.declarations[0]?.resolve()]),
  )
  return checker
    .getPropertiesOfType(checker.getDeclaredTypeOfSymbol(ory.symbol))
    .flatMap((symbol) => {
      const operation = data.get(symbol.name)
      return operation === undefined ? [] : operationOf(symbol, operation, compiler)
    })
}

function operationOf(symbol: TsSymbol, node: Node, compiler: Compiler): Operation {
  const data = dataOf(node)
  const method = symbol.declarations[0]?.resolve()
  if (data === undefined || method === undefined) throw new Error(`${symbol.name} has no data`)
  return {
    id: symbol.name,
    summary: summaryOf(method),
    doc: docOf(node),
    method: textOf(data, 'method'),
    path: textOf(data, 'path'),
    signature: symbol.name + signatureOf(symbol, compiler),
  }
}

/** `operation<…>({ … })`, without the call around it. */
function dataOf(node: Node): ObjectLiteralExpression | undefined {
  const call = isVariableDeclaration(node) ? node.initializer : undefined
  if (!call || !isCallExpression(call) || call.expression.getText() !== 'operation')
    return undefined
  const [data] = call.arguments
  return data !== undefined && isObjectLiteralExpression(data) ? data : undefined
}

function textOf(data: ObjectLiteralExpression, name: string): string {
  const member = data.properties
    .filter(isPropertyAssignment)
    .find((each) => each.name.getText() === name)
  if (member === undefined || !isStringLiteral(member.initializer))
    throw new Error(`${name} is not written out`)
  return member.initializer.text
}

function signatureOf(symbol: TsSymbol, { checker, print }: Compiler): string {
  const type = checker.getTypeOfSymbol(symbol)
  const [signature] = type ? checker.getSignaturesOfType(type, SignatureKind.Call) : []
  const node =
    signature &&
    checker.signatureToSignatureDeclaration(
      signature,
      SyntaxKind.MethodSignature,
      undefined,
      NodeBuilderFlags.NoTruncation,
    )
  if (node === undefined) throw new Error(`${symbol.name} is not a method`)
  return print(node).replaceAll(/\?: (\w+) \| undefined/g, '?: $1')
}
