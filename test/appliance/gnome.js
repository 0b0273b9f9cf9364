import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { sh } from './machine.js'
import { address } from './scene.js'

/** A laptop with GNOME's own network software, in place of the wpa_supplicant of a phone. */
export async function gnome(phone) {
  await phone.leave()
  const bus = `unix:path=/run/${phone.name}-bus`
  await sh(
    `mkdir -p /run/waystation-machine /run/NetworkManager /etc/netns/${phone.name}; touch /run/waystation-machine/resolv.conf; echo nameserver ${address} > /etc/netns/${phone.name}/resolv.conf`
  )
  await writeFile(
    '/run/gnome.conf',
    `[main]\nplugins=keyfile\nrc-manager=unmanaged\nno-auto-default=*\n[keyfile]\npath=/run/NetworkManager/system-connections\nunmanaged-devices=*,except:interface-name:${phone.radio}\n[connectivity]\nuri=http://nmcheck.gnome.org/check_network_status.txt\n`
  )
  const software = spawn(
    'ip',
    [
      'netns',
      'exec',
      phone.name,
      'sh',
      '-c',
      // NetworkManager waits for udev to have seen the radio, unless it cannot write to /sys: there is no udev in here.
      `exec >/run/${phone.name}-gnome.log 2>&1
      mount -o remount,bind,ro /sys
      mount -t tmpfs tmpfs /run/NetworkManager && mount -t tmpfs tmpfs /var/lib/NetworkManager
      dbus-daemon --config-file=/usr/share/dbus-1/system.conf --nofork --nopidfile --address=${bus} &
      until [ -e /run/${phone.name}-bus ]; do sleep 0.2; done
      wpa_supplicant -u -s & NetworkManager --no-daemon --config=/run/gnome.conf & wait`
    ],
    { env: { ...process.env, DBUS_SYSTEM_BUS_ADDRESS: bus }, detached: true, stdio: 'ignore' }
  )
  const nmcli = async (...args) =>
    (await phone.in('env', `DBUS_SYSTEM_BUS_ADDRESS=${bus}`, 'nmcli', ...args)).trim()
  return { nmcli, end: () => process.kill(-software.pid, 'SIGKILL') }
}
