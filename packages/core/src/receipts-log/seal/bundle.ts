import { ReceiptsLogError } from '../../errors.ts'

/** Entries as a bundle holds them: each after its length in two bytes (C2SP tlog-tiles). */
export function printBundle(entries: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(
    entries.flatMap((entry) => {
      const length = Buffer.alloc(2)
      length.writeUInt16BE(entry.length)
      return [length, entry]
    }),
  )
}

/** @throws ReceiptsLogError `not-in-log` where the bytes are not a bundle of so many entries */
export function parseBundle(bytes: Uint8Array | undefined, width: number): readonly Uint8Array[] {
  const bundle = Buffer.from(bytes ?? [])
  const entries: Uint8Array[] = []
  let at = 0
  while (at + 2 <= bundle.length) {
    const end = at + 2 + bundle.readUInt16BE(at)
    entries.push(bundle.subarray(at + 2, end))
    at = end
  }
  if (entries.length !== width || at !== bundle.length)
    throw new ReceiptsLogError('not-in-log', `a bundle does not hold ${width} entries`)
  return entries
}
