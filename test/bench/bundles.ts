import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { type Bundle, offlineDiff } from '../infra/diff/offline-diff.ts'
import installPlatform from '../infra/setup/install-platform.ts'
import { printTable } from './table.ts'

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(0)} KB`

/** `UserDeletedSubscriberRhnaabFunction` is one component's name for `UserDeleted`. */
const functionOf = (name: string): string => name.replace(/Subscriber\w+$/, '')

const row = ({ name, file, bytes }: Bundle): readonly string[] => [
  functionOf(name),
  kilobytes(bytes),
  kilobytes(gzipSync(readFileSync(file)).length),
]

/** How large each function is as SST bundles it, which is what a cold start has to load. */
export const benchBundles = async (): Promise<void> => {
  await installPlatform()
  const rows = await offlineDiff('bench', ({ bundles }) => bundles.map(row))
  printTable("Bundles, as SST's command line makes them", [['', 'minified', 'gzipped'], ...rows])
}
