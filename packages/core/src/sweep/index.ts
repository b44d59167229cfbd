export { type InspectionServices, inspections } from './inspections.ts'
export { passExecute } from './late-passes.ts'
export {
  type Allowance,
  type Execute,
  type Finding,
  type Inspection,
  type Sweep,
  type SweepReport,
  sweep,
} from './sweep.ts'
