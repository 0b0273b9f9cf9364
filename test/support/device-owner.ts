/** Who ends the devices that a test or a benchmark makes: every test of tap is one. */
export interface DeviceOwner {
  /** Where devices keep their stores. */
  readonly testdirName: string
  teardown(release: () => unknown): void
}
