import { unwrap } from './unwrap.ts'

/** Whom a body says that it is from; `undefined` where that cannot be read. Nothing else is checked. */
export function sourceIn(body: string): string | undefined {
  try {
    const { source } = unwrap(body)
    return typeof source === 'string' ? source : undefined
  } catch {
    return undefined
  }
}
