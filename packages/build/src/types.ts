import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, posix, resolve } from 'node:path'
import { builtEntry, sourcesOf } from './entries.ts'
import { type Manifest, manifestOf, newScratch, root } from './places.ts'
import { type Published, published } from './published.ts'

const { resolve: found } = createRequire(import.meta.url)
const compiler = join(dirname(found('typescript/package.json')), 'bin/tsc')

/**
 * Writes the types of a package: of its entries, and of what these lead to.
 * @param built where the packages it depends on were built
 * @returns what they import that is not their own
 */
export function writeTypes(
  what: Published,
  manifest: Manifest,
  built: string,
  to: string,
): readonly string[] {
  const home = resolve(root, 'packages', what.folder, 'src')
  const names = Object.keys(sourcesOf(what, manifest))
  const scratch = newScratch('types-')
  try {
    compile(
      scratch,
      names.map((name) => join(home, `${name}.ts`)),
      home,
      built,
    )
    return copyReachable(names, join(scratch, 'out'), to)
  } finally {
    rmSync(scratch, { recursive: true })
  }
}

function compile(scratch: string, entries: readonly string[], home: string, built: string): void {
  const config = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      stripInternal: true,
      rootDir: home,
      outDir: join(scratch, 'out'),
      paths: pathsOf(built),
    },
    include: [join(home, '**/*.d.ts')],
    files: entries,
  }
  writeFileSync(join(scratch, 'tsconfig.json'), JSON.stringify(config))
  execFileSync(process.execPath, [compiler, '-p', scratch], { stdio: 'inherit' })
}

/** Ours are taken as others will get them, not from their sources. */
function pathsOf(built: string): Readonly<Record<string, readonly string[]>> {
  const ours = published.flatMap(({ folder, entries }) => {
    const manifest = manifestOf(folder)
    return entries.map((entry) => [
      posix.join(manifest.name, entry),
      [join(built, folder, builtEntry(entry, manifest).types)],
    ])
  })
  return Object.fromEntries(ours)
}

/** Only what an entry leads to, with the extensions that are there when others read it. */
function copyReachable(entries: readonly string[], from: string, to: string): readonly string[] {
  const others = new Set<string>()
  // What is added on the way is gone through as well.
  const reached = new Set(entries.map((name) => `${name}.d.ts`))
  for (const file of reached) {
    const text = readFileSync(join(from, file), 'utf8')
    mkdirSync(dirname(join(to, file)), { recursive: true })
    writeFileSync(join(to, file), text.replaceAll(relativeImport, '$1$2.js$3'))
    for (const [, , path = ''] of text.matchAll(relativeImport))
      reached.add(`${posix.join(posix.dirname(file), path)}.d.ts`)
    for (const [, id = ''] of text.matchAll(otherImport)) others.add(id)
  }
  return [...others]
}

const otherImport = /(?:from |import\()['"]([^.'"][^'"]*)['"]/g
const relativeImport = /((?:from |import\()['"])(\.[^'"]*)\.ts(['"])/g
