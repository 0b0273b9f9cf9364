import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'

const SCRIPT = fileURLToPath(
  new URL('../../../image/raspberry-pi/rootfs/usr/lib/waystation/wipe-button', import.meta.url)
)
const run = promisify(execFile)

/** What `gpiomon` sees until an edge or ten seconds without one, and the level of the line then. */
type Spell = 'edge, pressed' | 'edge, open' | 'quiet, pressed' | 'quiet, open'

interface Pressing {
  spells: readonly Spell[]
  file?: string
  /** What the board has, a line for each: the numbers follow which driver was there first. */
  chips?: string
}

/** A header with a button, as the tools of libgpiod show it. When the spells are over, `gpiomon` fails, and so does what waits. */
async function pressing(
  t: Test,
  { spells, file = '', chips = 'gpiochip1 [pinctrl-bcm2711] (58 lines)' }: Pressing
) {
  const directory = t.testdir({
    'wipe-button.txt': file,
    spells: spells.map((spell) => `${spell}\n`).join(''),
    bin: {
      gpiodetect: `#!/bin/sh\necho '${chips}'\n`,
      gpiomon: [
        '#!/bin/sh',
        'cd "$HEADER" && echo "$*" >asked && head -n 1 spells >now && sed -i 1d spells && [ -s now ] || exit 1',
        'if grep -q edge now; then echo edge; fi\n'
      ].join('\n'),
      gpioget: '#!/bin/sh\nif grep -q pressed "$HEADER/now"; then echo 1; else echo 0; fi\n'
    }
  })
  const bin = join(directory, 'bin')
  await run('chmod', ['-R', '0755', bin])
  const env = { ...process.env, HEADER: directory, PATH: `${bin}:${process.env['PATH'] ?? ''}` }
  const wipes = await run(SCRIPT, [join(directory, 'wipe-button.txt')], { env }).then(
    () => true,
    () => false
  )
  return { wipes, asked: await readFile(join(directory, 'asked'), 'utf8') }
}

t.test('a button that is held for ten seconds is obeyed', async (t) => {
  const { wipes, asked } = await pressing(t, { spells: ['quiet, open', 'edge, pressed', 'quiet, pressed'] })
  t.ok(wipes)
  t.match(asked, /--chip gpiochip1 .*--idle-timeout 10s .* 21\n/)
})

t.test('the header of a Pi 5 is not on its processor', async (t) => {
  const chips = [
    'gpiochip0 [gpio-brcmstb@107d508500] (32 lines)',
    'gpiochip2 [pinctrl-rp1] (54 lines)',
    'gpiochip3 [raspberrypi-exp-gpio] (8 lines)'
  ].join('\n')
  const { asked } = await pressing(t, { spells: ['quiet, open'], chips })
  t.match(asked, /--chip gpiochip2 /)
})

t.test('a press that began between two looks counts, ten seconds after it was seen', async (t) => {
  t.ok((await pressing(t, { spells: ['quiet, open', 'quiet, pressed'] })).wipes)
})

t.test('a button that is let go before is not obeyed', async (t) => {
  const spells: Spell[] = ['quiet, open', 'edge, pressed', 'edge, open', 'edge, pressed', 'edge, open']
  t.notOk((await pressing(t, { spells })).wipes)
})

t.test('a line that is down from the start is a short circuit', async (t) => {
  t.notOk((await pressing(t, { spells: ['quiet, pressed', 'quiet, pressed'] })).wipes)
})

t.test('the line is the one that the file names', async (t) => {
  t.match((await pressing(t, { spells: ['quiet, open'], file: '17\r\n' })).asked, / 17\n$/)
})
