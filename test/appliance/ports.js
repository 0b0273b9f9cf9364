import { run } from './machine.js'

export const nmap = (namespace, ...args) =>
  run('ip', 'netns', 'exec', namespace, 'nmap', '-n', '-Pn', '--max-retries', '1', ...args)
/** @returns ports and states by protocol, such as `80/tcp open` */
export const portsIn = (scan) =>
  [...scan.matchAll(/^(\d+\/\w+)\s+(\S+)/gm)].map(([, port, state]) => `${port} ${state}`)

export const PROBED_TCP = '22,53,80,111,443,5353,8080'
// Names, addresses, the clock, multicast DNS, and what boxes are often left open with.
export const PROBED_UDP = '53,67,69,123,137,161,1900,5353'
