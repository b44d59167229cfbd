import { existsSync, renameSync } from 'node:fs'
import { join } from 'node:path'

const file = 'package.json'
/** The workspace's own, while `npm pack` runs. */
const kept = `${file}.workspace`

/** Makes room for the package.json that others get. */
export function putAside(home: string): void {
  renameSync(join(home, file), join(home, kept))
}

/** Puts the workspace's own back, where an `npm pack` has ended or was killed. */
export function putBack(home: string): void {
  if (existsSync(join(home, kept))) renameSync(join(home, kept), join(home, file))
}
