import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Node, SourceFile } from 'typescript/unstable/ast'
import { API, type Checker, SymbolFlags, type Symbol as TsSymbol } from 'typescript/unstable/sync'
import { newScratch, root } from '../places.ts'

/** A name that a module exports, and what it stands for. */
export interface Exported {
  readonly name: string
  readonly symbol: TsSymbol
  readonly declarations: readonly Node[]
}

/** A module as the compiler knows it. */
export interface Module {
  readonly file: SourceFile
  readonly exports: readonly Exported[]
  readonly compiler: Compiler
}

/** The compiler, as far as a page needs it. */
export interface Compiler {
  readonly checker: Checker
  /** A node that the checker made, as text. */
  readonly print: (node: Node) => string
}

/** Has the compiler read modules of ours, given as paths from the root. */
export function openEntries(sources: readonly string[]) {
  const scratch = newScratch('api-')
  const config = join(scratch, 'tsconfig.json')
  const files = sources.map((source) => join(root, source))
  writeFileSync(
    config,
    JSON.stringify({ extends: join(root, 'tsconfig.json'), include: [], exclude: [], files }),
  )
  const api = new API({ cwd: root })
  const [project] = api.updateSnapshot({ openProjects: [config] }).getProjects()
  if (project === undefined) throw new Error(`${config} could not be opened`)
  const { checker, emitter, program } = project

  return {
    read(source: string): Module {
      const file = program.getSourceFile(join(root, source))
      const symbol = file && checker.getSymbolAtLocation(file)
      if (file === undefined || symbol === undefined) throw new Error(`${source} is not a module`)
      const exports = checker
        .getExportsOfModule(symbol)
        .map((each) => exported(each.name, unaliased(each, checker)))
      return {
        file,
        exports,
        compiler: { checker, print: (node) => asWritten(emitter.printNode(node)) },
      }
    },
    [Symbol.dispose]() {
      api.close()
      rmSync(scratch, { recursive: true })
    },
  }
}

/** The compiler's spelling in ours. */
function asWritten(code: string): string {
  return code
    .replaceAll(/import\("[^"]*"\)\./g, '')
    .replaceAll(/^(?: {4})+/gm, (indent) => indent.slice(indent.length / 2))
    .replaceAll('"', "'")
    .replaceAll(/;$/gm, '')
}

/** What a name stands for, wherever it was declared. */
export function unaliased(symbol: TsSymbol, checker: Checker): TsSymbol {
  return symbol.flags & SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
}

export function exported(name: string, symbol: TsSymbol): Exported {
  const declarations = symbol.declarations.flatMap((handle) => handle.resolve() ?? [])
  return { name, symbol, declarations }
}
