import type { OryEmulator, StartOptions } from '../start.ts'

/** The sides of a running emulator, as the command names them. */
function sidesOf({
  adminUrl,
  publicUrl,
  controlUrl,
}: OryEmulator): Readonly<Record<string, string>> {
  return { admin: adminUrl, public: publicUrl, ...(controlUrl && { control: controlUrl }) }
}

/** For programs: `{"profile":"head","adminUrl":"http://…","adminPort":4445,…}`, on one line. */
export function startedJson(emulator: OryEmulator, { network }: StartOptions): string {
  const sides = Object.entries(sidesOf(emulator))
  return JSON.stringify({
    profile: emulator.profile,
    ...Object.fromEntries(sides.map(([name, url]) => [`${name}Url`, url])),
    ...Object.fromEntries(sides.map(([name, url]) => [`${name}Port`, Number(new URL(url).port)])),
    ...(network && { apiKey: network.apiKey }),
  })
}

/** For people. */
export function startedLines(emulator: OryEmulator, { network }: StartOptions): string {
  const sides = Object.entries(sidesOf(emulator))
  return [
    `Ory's OAuth2 server, emulated (${emulator.profile})`,
    ...sides.map(([name, url]) => `${name.padEnd(8)}${url}`),
    ...(network ? [`API key ${network.apiKey}`] : []),
    'Everything is in memory. Ctrl-C stops it.',
  ].join('\n')
}
