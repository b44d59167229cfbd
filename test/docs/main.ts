/**
 * Runs every example of the pages against a fresh `lapse dev`: `npm run test:docs`, which takes
 * `-- events.md` for one page, and `--aws-cli` to use the AWS CLI of this machine.
 */
import { parseArgs } from 'node:util'
import { type Page, pages } from './blocks.ts'
import { playPage } from './play-page.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { 'aws-cli': { type: 'boolean', default: false } },
})
const unknown = positionals.filter((name) => !pages.some((page) => page === name))
if (unknown.length > 0) throw new Error(`there are no examples of ${unknown.join(', ')}`)

const chosen = pages.filter((page) => positionals.length === 0 || positionals.includes(page))
const options = { awsCli: values['aws-cli'] }
for (const page of chosen) {
  await playPage(page as Page, tell, options)
}

function tell({ block, problem }: { readonly block: string; readonly problem?: string }): void {
  console.log(problem === undefined ? `ok      ${block}` : `FAILED  ${block}\n  ${problem}`)
  if (problem !== undefined) process.exitCode = 1
}
