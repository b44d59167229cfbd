import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { rolldown } from 'rolldown'
import { startServer } from './server.ts'
import { median } from './statistics.ts'
import { against, printTable } from './table.ts'

const runs = 31
const sources = ['nothing', 'lapse', 'undici'] as const

const sourceOf = (name: string): string =>
  fileURLToPath(new URL(`first-answer-${name}.ts`, import.meta.url))

const noHttp2 = fileURLToPath(new URL('../../functions/no-http2.cjs', import.meta.url))

/** One file without HTTP/2 and undici's experimental parser, much as a Lambda function is deployed. */
const bundle = async (source: string, folder: string): Promise<string> => {
  const file = join(folder, basename(source, '.ts').concat('.mjs'))
  const build = await rolldown({
    input: source,
    platform: 'node',
    resolve: { alias: { 'node:http2': noHttp2 } },
    transform: { define: { esbuildDetection: 'true' } },
  })
  await build.write({ file, format: 'esm', minify: true })
  await build.close()

  return file
}

const millisecondsOf = async (file: string, url: string): Promise<number> => {
  const before = performance.now()
  await promisify(execFile)(process.execPath, [file, url])

  return performance.now() - before
}

/** Every file once a round, so that whatever else the machine does falls on all alike. */
const mediansOf = async (files: readonly string[], url: string): Promise<readonly number[]> => {
  const measured = files.map(() => [] as number[])
  for (let run = 0; run < runs; run += 1) {
    for (const [index, file] of files.entries()) {
      measured[index]?.push(await millisecondsOf(file, url))
    }
  }

  return measured.map(median)
}

const rowsOf = async (title: string, files: readonly string[], url: string) => {
  const [nothing = 0, lapse = 0, undici = 0] = await mediansOf(files, url)

  return { title, lapse: lapse - nothing, undici: undici - nothing, nothing }
}

/** How long after an empty module's start the first answer is there. */
export const benchFirstAnswer = async (): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'lapse-bench-'))
  const { url, stop } = await startServer()
  const bundles = await Promise.all(sources.map((name) => bundle(sourceOf(name), folder)))
  const rows = [
    await rowsOf('bundled, as it is deployed', bundles, url),
    await rowsOf('sources as they stand', sources.map(sourceOf), url),
  ]
  stop()
  await rm(folder, { recursive: true })

  printTable(`First answer: milliseconds after an empty module, medians of ${runs} processes`, [
    ['', 'empty module', 'whole undici', 'lapse', ''],
    ...rows.map(({ title, nothing, undici, lapse }, index) => [
      title,
      nothing.toFixed(1),
      `+${undici.toFixed(1)}`,
      `+${lapse.toFixed(1)}`,
      index === 0 ? against(lapse <= 45, '≤ 45') : '',
    ]),
  ])
}
