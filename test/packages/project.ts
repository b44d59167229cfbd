import { execFile } from 'node:child_process'
import { cpSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { packAll } from './pack.ts'

/** A project of somebody else's, with our tarballs and the tools that people use. */
export interface Project {
  readonly folder: string
  readonly tarballs: readonly string[]
  /** Runs a file of the project, or of what is installed there, with a Node. */
  readonly node: (version: NodeVersion, ...given: readonly string[]) => Promise<Output>
  /** Runs anything in the project. */
  readonly run: (command: string, ...given: readonly string[]) => Promise<Output>
}

export interface Output {
  readonly stdout: string
  readonly stderr: string
}

export type NodeVersion = 'node-22' | 'node-24'

/** The oldest Node that is promised, and the one that is in use here; packages of npm hold them. */
const nodes: Readonly<Record<NodeVersion, string>> = { 'node-22': '22.19.0', 'node-24': '24.22.3' }

const tools = {
  '@arethetypeswrong/cli': '0.18.5',
  '@types/node': '22.19.7',
  esbuild: '0.28.2',
  publint: '0.3.25',
  'typescript-5': 'npm:typescript@5.9.3',
  'typescript-7': 'npm:typescript@7.0.2',
  vite: '8.4.0',
  vitest: '5.1.2',
}

/** Makes the project in an empty folder, by `npm install`. */
export async function installInto(folder: string): Promise<Project> {
  const run = (command: string, ...given: readonly string[]) =>
    promisify(execFile)(command, [...given], { cwd: folder, maxBuffer: 1 << 26 })
  const tarballs = await packAll(folder)
  const binaries = Object.entries(nodes).map(([name, version]) => [
    name,
    `npm:node-${process.platform}-${process.arch}@${version}`,
  ])
  const devDependencies = { ...tools, ...Object.fromEntries(binaries) }
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, devDependencies }))
  await run('npm', 'install', '--no-audit', '--no-fund', ...tarballs)
  cpSync(join(import.meta.dirname, 'consumer'), folder, { recursive: true })

  const binary = (version: NodeVersion) => join(folder, 'node_modules', version, 'bin/node')
  return {
    folder,
    tarballs,
    run,
    node: (version, ...given) => run(binary(version), ...given),
  }
}
