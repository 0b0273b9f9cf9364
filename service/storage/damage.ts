/** What the kernel says when the card, and not what is on it, is in the way: another try may find it well again. */
const OF_THE_CARD =
  /No space left|Disk quota|Read-only file system|Input\/output error|Permission denied|Operation not permitted|Too many open files|Cannot allocate memory|No locks available/i

/** How RocksDB begins or ends what it says of files that do not hold what it wrote. */
const OF_THE_FILES =
  /corrupt|mismatch|checksum|malformed|bad table magic|truncated|error while decoding|CURRENT file|MANIFEST|wal_dir contains existing log|No such file or directory: |: No such file or directory/i

/**
 * Whether an error of the store says that its files are damaged. librocksdb gives one code for that and for a card that does
 * not answer, so the text must tell. A text that is not known counts as no damage: nothing is set aside for it.
 */
export function isDamage(error: unknown): boolean {
  const errors = errorsOf(error)
  const isOfFiles = (one: Error) => OF_THE_FILES.test(one.message) && !isOfNode(one)
  return errors.some(isOfFiles) && !isOfTheCard(error)
}

/** Whether an error of the store says that the card does not answer as a card should. */
export function isOfTheCard(error: unknown): boolean {
  return errorsOf(error).some(({ message }) => OF_THE_CARD.test(message))
}

/** Whether an error of the store says that the card is full. */
export function isFull(error: unknown): boolean {
  return errorsOf(error).some(({ message }) => /No space left|ENOSPC/.test(message))
}

/** Whether an error of the store says that the kernel lets nobody write to the file system any more. */
export function isReadOnly(error: unknown): boolean {
  return errorsOf(error).some(({ message }) => /Read-only file system/i.test(message))
}

/** RocksDB reaches its files by itself: what Node could not open is another file, and says nothing of them. */
function isOfNode(error: Error): boolean {
  return 'syscall' in error
}

/** With all that it was caused by. */
function errorsOf(error: unknown): Error[] {
  const errors: Error[] = []
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    errors.push(cause)
    if (cause instanceof AggregateError) errors.push(...cause.errors.flatMap(errorsOf))
  }
  return errors
}
