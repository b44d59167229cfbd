export {
  type LeaseRow,
  type LeaseServices,
  withClientLease,
  withIssuerLease,
} from './client-lease.ts'
