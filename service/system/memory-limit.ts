import { totalmem } from 'node:os'

/** What the unit of the image allows (`MemoryMax=`), and what a hub keeps to that nobody has set a limit for. */
const SHARE_OF_MACHINE = 0.6

/** @returns bytes that the hub may take: its supervisor's limit, or its share of the machine */
export function memoryLimit(): number {
  // 0 where the kernel does not tell, and more than any machine has where there is no limit.
  const supervised = process.constrainedMemory()
  const share = totalmem() * SHARE_OF_MACHINE
  return supervised > 0 ? Math.min(supervised, share) : share
}
