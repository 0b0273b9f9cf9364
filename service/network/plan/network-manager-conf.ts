/**
 * Configuration of NetworkManager while it joins a town's Wi-Fi for the hub: it has that radio and nothing else, keeps what it
 * knows in memory (the hub's settings are what stays), and leaves names and internet checks alone.
 */
export function networkManagerConf({ interfaceName }: { interfaceName: string }): string {
  return `[main]
plugins=keyfile
no-auto-default=*
rc-manager=unmanaged
[keyfile]
path=/run/NetworkManager/system-connections
unmanaged-devices=*,except:interface-name:${interfaceName}
[connectivity]
enabled=false
`
}
