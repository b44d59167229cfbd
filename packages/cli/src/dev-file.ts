import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** What `lapse dev` tells other programs of itself, in `.lapse/dev.json` where it was started. */
export interface DevFile {
  readonly pid: number
  /** RFC 3339. */
  readonly started_at: string
  /** Every server's URL. */
  readonly endpoints: Readonly<Record<string, string>>
  readonly queues: readonly {
    readonly name: string
    readonly url: string
    readonly dlq_url: string
  }[]
  /** The variables with which the AWS SDK, `lapse send` and `lapse plan` use this system. */
  readonly environment: Readonly<Record<string, string>>
}

/** Its path in a directory. */
export function devFilePath(directory: string): string {
  return join(directory, '.lapse', 'dev.json')
}

/** Writes it, readable for its owner only. */
export async function writeDevFile(directory: string, content: DevFile): Promise<void> {
  const path = devFilePath(directory)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 })
}

/** Removes it, unless another process has written it over. */
export async function removeDevFile(directory: string): Promise<void> {
  const path = devFilePath(directory)
  if ((await readDevFile(path))?.pid === process.pid) await rm(path, { force: true })
}

/** The nearest one, from a directory upwards: found from anywhere in a project. */
export async function findDevFile(
  directory: string,
): Promise<{ readonly path: string; readonly dev: DevFile } | undefined> {
  const path = devFilePath(directory)
  const dev = await readDevFile(path)
  if (dev !== undefined) return { path, dev }

  const parent = dirname(directory)
  return parent === directory ? undefined : findDevFile(parent)
}

/** `undefined` where there is none, or something else. */
async function readDevFile(path: string): Promise<DevFile | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '')
  try {
    const content = JSON.parse(text) as Partial<DevFile> | null
    return typeof content?.pid === 'number' && content.environment
      ? (content as DevFile)
      : undefined
  } catch {
    return undefined
  }
}
