import { isPresent, kits, runKit } from './kits.ts'

// Runs the examples of the emulator's pages with what this machine has: `npm run test:kits`.

for (const kit of kits) {
  if (!(await isPresent(kit))) {
    console.log(`${kit.name}: not run, ${kit.probe?.[0]} is not there`)
    continue
  }
  const { status, output } = await runKit(kit)
  console.log(`${kit.name}: ${status === 0 ? 'passed' : `failed\n${output}`}`)
  if (status !== 0) process.exitCode = 1
}
