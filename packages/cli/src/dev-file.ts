import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isLapseDev } from './dev-file/lapse-process.ts'
import { foreignUrls } from './dev-file/loopback-urls.ts'
import { readPrivateFile, writePrivateFile } from './dev-file/private-file.ts'
import { CommandError } from './errors.ts'

/** A source of webhooks, as its sender has to know it. */
export interface WebhookSource {
  readonly url: string
  /** The secret's name in Secrets Manager. */
  readonly secret_id: string
  /** Its value: made up when the system was started, and of no use anywhere else. */
  readonly secret: string
}

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
  /** Sources of webhooks by their name: where to send, and what to sign with. */
  readonly webhooks: Readonly<Record<string, WebhookSource>>
  /** ARNs of functions that somebody else invokes, by their name. */
  readonly functions: Readonly<Record<string, string>>
  /** The variables with which the AWS SDK, `lapse send` and `lapse plan` use this system. */
  readonly environment: Readonly<Record<string, string>>
}

/** Its path in a directory. */
export function devFilePath(directory: string): string {
  return join(directory, '.lapse', 'dev.json')
}

/** Writes it, for its owner only. */
export async function writeDevFile(directory: string, content: DevFile): Promise<void> {
  await writePrivateFile(devFilePath(directory), `${JSON.stringify(content, null, 2)}\n`)
}

/** Removes it, unless another process has written it over. */
export async function removeDevFile(directory: string): Promise<void> {
  const path = devFilePath(directory)
  const written = await readDevFile(path).catch(() => undefined)
  if (written?.pid === process.pid) await rm(path, { force: true })
}

/**
 * The nearest one, from a directory upwards: found from anywhere in a project.
 * @throws CommandError where there is one that is not to be believed
 */
export async function findDevFile(
  directory: string,
): Promise<{ readonly path: string; readonly dev: DevFile } | undefined> {
  const path = devFilePath(directory)
  const dev = await readDevFile(path)
  if (dev !== undefined) return { path, dev }

  const parent = dirname(directory)
  return parent === directory ? undefined : findDevFile(parent)
}

/**
 * The `lapse dev` that runs here or above; `undefined` where none was started.
 * @throws CommandError where it is gone and has left its file behind, or that file is not believed
 */
export async function findRunningDev(directory: string): Promise<DevFile | undefined> {
  const found = await findDevFile(directory)
  if (found === undefined || (await isLapseDev(found.dev.pid))) return found?.dev
  throw new CommandError(`lapse dev has ended without removing ${found.path}; start it again`)
}

/**
 * Makes sure that no other `lapse dev` is known by the file of a directory: writing it over would
 * leave that one running, and out of everybody's reach.
 * @throws CommandError where there is one, or a file that is not to be believed
 */
export async function refuseSecondDev(directory: string): Promise<void> {
  const pid = (await readDevFile(devFilePath(directory)))?.pid
  if (pid === undefined || pid === process.pid || !(await isLapseDev(pid))) return
  throw new CommandError(
    `lapse dev runs here already (process ${pid}); end it, or start this one in another folder`,
  )
}

/** `undefined` where there is none, or something else. @throws CommandError where it is not to be believed */
async function readDevFile(path: string): Promise<DevFile | undefined> {
  const dev = parse((await readPrivateFile(path)) ?? '')
  if (dev === undefined) return undefined
  const { environment, ...places } = dev
  const [foreign] = foreignUrls(environment, places)
  if (foreign === undefined) return dev
  throw new CommandError(
    `${path} is not believed: ${foreign} is not the URL of a server on this machine; remove it, and start lapse dev again`,
  )
}

function parse(text: string): DevFile | undefined {
  try {
    const content = JSON.parse(text) as Partial<DevFile> | null
    return typeof content?.pid === 'number' && content.environment
      ? (content as DevFile)
      : undefined
  } catch {
    return undefined
  }
}
