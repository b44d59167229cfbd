import type { Node } from 'typescript/unstable/ast'
import {
  isBlock,
  isExpressionWithTypeArguments,
  isInterfaceDeclaration,
  isTypeAliasDeclaration,
  isTypeReferenceNode,
} from 'typescript/unstable/ast/is'
import type { Checker, Symbol as TsSymbol } from 'typescript/unstable/sync'
import { isReckoned } from './code.ts'
import { type Compiler, type Exported, exported, unaliased } from './open-entries.ts'

/**
 * Types of ours that declarations name, and those that these name in turn: whoever reads one will
 * ask for the others.
 */
export function namedTypes(
  exports: readonly Exported[],
  { checker }: Compiler,
): readonly Exported[] {
  const seen = new Set(exports.map(({ symbol }) => symbol.id))
  // What is added on the way is gone through as well.
  const all = [...exports]
  for (const { declarations } of all) {
    for (const symbol of declarations.flatMap((node) => symbolsIn(node, checker))) {
      if (seen.has(symbol.id)) continue
      seen.add(symbol.id)
      const type = exported(symbol.name, symbol)
      if (type.declarations.some(isTypeOfOurs)) all.push(type)
    }
  }
  return all.slice(exports.length)
}

function isTypeOfOurs(node: Node): boolean {
  if (!isInterfaceDeclaration(node) && !isTypeAliasDeclaration(node)) return false
  return !node.getSourceFile().fileName.includes('/node_modules/')
}

function symbolsIn(declaration: Node, checker: Checker): readonly TsSymbol[] {
  const names: Node[] = []
  const visit = (node: Node): void => {
    // What a function does is nobody's concern, nor is what a type was reckoned from.
    if (isBlock(node) || isReckoned(node)) return
    if (isTypeReferenceNode(node)) names.push(node.typeName)
    if (isExpressionWithTypeArguments(node)) names.push(node.expression)
    node.forEachChild(visit)
  }
  visit(declaration)
  return checker
    .getSymbolAtLocation(names)
    .flatMap((symbol) => (symbol === undefined ? [] : unaliased(symbol, checker)))
}
