#!/usr/bin/env node
// Runs on any Node from 20 up. Everything behind it is TypeScript as it stands, for Node 24: an
// older one hands over to the project's own, which `npm ci` has installed.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const oldestMajor = 24
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']

// A process that runs out of things to do before its command has ended did not do what was asked.
process.on('exit', () => {
  process.exitCode ??= 1
})

if (Number.parseInt(process.versions.node, 10) >= oldestMajor) runHere()
else runThere(ownNode())

async function runHere() {
  // Halves the time until something is seen, from the second run on.
  module.enableCompileCache(
    fileURLToPath(new URL('../../../node_modules/.cache/lapse', import.meta.url)),
  )
  const { main } = await import('../src/main.ts')
  const code = await main(process.argv.slice(2))
  // Once all is written. To let Node run out of work instead would leave moments in which the same
  // signal, sent twice as npm does, kills a process that has just ended well.
  process.stdout.write('', () => process.exit(code))
}

function runThere(node) {
  if (node === undefined) return giveUp()

  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
  })
  for (const signal of signals) process.on(signal, () => child.kill(signal))
  child.on('error', giveUp)
  child.on('exit', endAs)
}

/** Ends as the child did: with its exit code, or by its signal. */
function endAs(code, signal) {
  if (signal === null) process.exit(code)
  for (const name of signals) process.removeAllListeners(name)
  process.kill(process.pid, signal)
}

function ownNode() {
  try {
    const home = dirname(module.createRequire(import.meta.url).resolve('node/package.json'))
    const node = join(home, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
    return existsSync(node) ? node : undefined
  } catch {
    return undefined
  }
}

function giveUp() {
  console.error(
    `lapse: needs Node ${oldestMajor} and this is ${process.versions.node}; run npm ci, which installs the project's own`,
  )
}
