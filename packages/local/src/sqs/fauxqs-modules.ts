/**
 * A module of fauxqs that it does not export.
 * @throws Error where another version of fauxqs has it no more
 */
export async function fauxqsModule(path: string): Promise<Readonly<Record<string, unknown>>> {
  return await import(new URL(path, import.meta.resolve('fauxqs')).href)
}
