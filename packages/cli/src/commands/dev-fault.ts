import { faultNamed, faultText, setFaultAt } from '../dev/fault-switch.ts'
import { findRunningDev } from '../dev-file.ts'
import { CommandError, UsageError } from '../errors.ts'
import { print } from '../output/print.ts'

/** `lapse dev fault`: makes the emulated Ory of the `lapse dev` that runs here fail, or well again. */
export async function devFault(name: string): Promise<void> {
  const wanted = faultNamed(name)
  const dev = await findRunningDev(process.cwd())
  if (dev === undefined) throw new UsageError('no lapse dev runs here; start one: lapse dev --seed')
  const controlUrl = dev.endpoints['oryControl']
  if (controlUrl === undefined)
    throw new CommandError(
      'the lapse dev that runs here has an Ory of its own, which does not fail at will',
    )
  await setFaultAt(controlUrl, wanted)
  print(faultText(wanted))
}
