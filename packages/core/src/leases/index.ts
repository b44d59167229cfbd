export {
  type Lease,
  type LeaseRow,
  type LeaseServices,
  withClientLease,
  withIssuerLease,
  withLeases,
} from './client-lease.ts'
