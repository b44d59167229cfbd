import { checks } from '../doctor/checks.ts'
import { doctorDocument } from '../doctor/document.ts'
import { examine } from '../doctor/examine.ts'
import { countsOf, doctorLines } from '../doctor/lines.ts'
import { readOryConfig } from '../doctor/ory-config.ts'
import { CommandError } from '../errors.ts'
import { print, printJson } from '../output/print.ts'
import { newProgress } from '../output/progress.ts'
import type { StageOption } from '../place/find-place.ts'
import { findSite } from '../site/site.ts'

export interface DoctorOptions extends StageOption {
  /** A file with Ory's own configuration. */
  readonly oryConfig?: string
  readonly json?: boolean
}

/** `lapse doctor`: whether everything is as it should be, check by check. Reads only. */
export async function doctor({ stage, oryConfig, json }: DoctorOptions): Promise<void> {
  const told = oryConfig === undefined ? {} : { oryConfig: await readOryConfig(oryConfig) }
  const site = await findSite({ stage }, process.env, process.cwd())
  const progress = newProgress()
  if (progress.onTerminal) progress.begin('looking')
  const examined = await examine(checks, site, told).finally(() => progress.clear())
  if (json) printJson(doctorDocument(examined))
  else print(...doctorLines(examined))

  const { wrong } = countsOf(examined)
  if (wrong > 0)
    throw new CommandError(
      wrong === 1 ? 'one check finds something wrong' : `${wrong} checks find something wrong`,
    )
}
