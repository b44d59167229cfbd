/**
 * Time that can be told to have passed, for every process that loads this before all else
 * (`node --import`): the machine's own, and what was passed over, which stands in a file that all
 * of them read. Timers are the machine's, so what waits for one really waits.
 */

import { mkdtempSync, openSync, readSync, writeFileSync, writeSync } from 'node:fs'
import { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const path = process.env['PASSED_TIME_FILE'] ?? newFile()
const file = openSync(path, 'r+')
const passed = new Float64Array(1)
const bytes = new Uint8Array(passed.buffer)
const machineNow = Date.now
const now = () => {
  readSync(file, bytes, 0, bytes.length, 0)
  return machineNow() + (passed[0] ?? 0)
}

globalThis.Date = new Proxy(Date, {
  construct: (target, given, newTarget) =>
    Reflect.construct(target, given.length === 0 ? [now()] : given, newTarget),
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
})

/** Node says the machine's time in the `Date` of an answer, which is what workers set their clocks by. */
const { writeHead } = ServerResponse.prototype
ServerResponse.prototype.writeHead = function (this: ServerResponse, ...given: unknown[]) {
  if (!this.hasHeader('date')) this.setHeader('date', new Date().toUTCString())
  return Reflect.apply(writeHead, this, given)
}

/** What makes another process live in the same time. */
export const timeVariables = {
  PASSED_TIME_FILE: path,
  NODE_OPTIONS: `--import=${import.meta.url}`,
}

/** Lets so many milliseconds pass at once, for all. */
export function passTime(milliseconds: number): void {
  now()
  passed[0] = (passed[0] ?? 0) + milliseconds
  writeSync(file, bytes, 0, bytes.length, 0)
}

function newFile(): string {
  const made = join(mkdtempSync(join(tmpdir(), 'lapse-soak-')), 'passed-milliseconds')
  writeFileSync(made, new Uint8Array(8))
  return made
}
