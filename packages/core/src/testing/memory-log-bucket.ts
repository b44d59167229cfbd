import { createHash } from 'node:crypto'
import type { LogBucket } from '../ports/index.ts'

/** A bucket in memory, with a look at what every object ever was. */
export interface MemoryLogBucket extends LogBucket {
  readonly objects: ReadonlyMap<string, Uint8Array>
  /** Every write in its order. */
  readonly writes: readonly { readonly path: string; readonly bytes: Uint8Array }[]
}

export function memoryLogBucket(): MemoryLogBucket {
  const objects = new Map<string, Uint8Array>()
  const writes: { path: string; bytes: Uint8Array }[] = []
  const put = (path: string, bytes: Uint8Array) => {
    objects.set(path, Buffer.from(bytes))
    writes.push({ path, bytes: Buffer.from(bytes) })
    return true
  }
  return {
    objects,
    writes,
    async get(path) {
      const bytes = objects.get(path)
      return bytes && { bytes, etag: etagOf(bytes) }
    },
    create: async (path, bytes) => !objects.has(path) && put(path, bytes),
    async replace(path, bytes, etag) {
      const there = objects.get(path)
      return there !== undefined && etagOf(there) === etag && put(path, bytes)
    },
  }
}

function etagOf(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex')
}
