/**
 * Opens HTML reports of recordings in Chromium and does what a reader does: click, keyboard, search, colours, a narrow screen.
 * Nothing may be asked of the network, no error be logged, and axe must find no serious fault.
 *
 *   npm run build && bash lab/browser/install.sh && node lab/browser/report.mjs
 *   node lab/browser/report.mjs --screenshots docs/images     writes the pictures of docs/reports.md
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const axeSource = readFileSync(join(root, 'node_modules/axe-core/axe.min.js'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'calmwire-browser-'));
const shotsAt = process.argv.indexOf('--screenshots');
const shots = shotsAt < 0 ? undefined : (process.argv[shotsAt + 1] ?? 'docs/images');

let failed = 0;
function check(what, holds, detail = '') {
  if (!holds) failed++;
  console.log(`${holds ? 'ok   ' : 'FAIL '} ${what}${holds || detail === '' ? '' : `: ${detail}`}`);
}

function report(name, inputs, ...more) {
  const path = join(folder, `${name}.html`);
  const args = ['dist/bin/calmwire.js', 'explain', '--format', 'html', '--output', path, ...more, ...inputs];
  execFileSync(process.execPath, args, { cwd: root });
  return path;
}

/** A page whose every request but its own file, and every word on the console, is a fault. */
async function open(browser, path, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  const faults = [];
  page.on('request', (request) => {
    if (request.url() !== pathToFileURL(path).href) faults.push(`request ${request.url()}`);
  });
  page.on('console', (message) => faults.push(`console ${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => faults.push(String(error)));
  await page.goto(pathToFileURL(path).href);
  await page.waitForSelector('canvas.rows');
  return { page, context, faults };
}

/** The policy of the page forbids foreign scripts, so axe comes through the debugger. */
async function axe(page) {
  const session = await page.context().newCDPSession(page);
  await session.send('Runtime.evaluate', { expression: axeSource });
  const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
    expression: 'axe.run().then(({ violations }) => JSON.stringify(violations))',
    awaitPromise: true,
  });
  if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
  const grave = JSON.parse(result.value).filter(({ impact }) => impact === 'serious' || impact === 'critical');
  return grave.map(({ id, nodes }) => `${id} (${nodes.map(({ target }) => target).slice(0, 3).join('; ')})`);
}

const drawn = (page, text) =>
  page.waitForFunction((wanted) => document.querySelector('canvas.rows').dataset.selected === wanted, text, {
    timeout: 20_000,
  }).then(() => true, () => false);
const title = (page) => page.locator('#detail h2').textContent();
const focused = (page) =>
  page.evaluate(() => `${document.activeElement.tagName} ${document.activeElement.className} ${document.activeElement.getAttribute('aria-label') ?? ''}`);

/** How many different colours the canvas has: an empty one has few. */
const colors = (page) =>
  page.evaluate(() => {
    const canvas = document.querySelector('canvas.rows');
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const seen = new Set();
    for (let at = 0; at < data.length; at += 4) seen.add((data[at] << 16) | (data[at + 1] << 8) | data[at + 2]);
    return seen.size;
  });

async function reader(browser, path, scheme) {
  const { page, context, faults } = await open(browser, path, { colorScheme: scheme });
  const say = (what) => `${scheme}: ${what}`;
  check(say('findings are there'), (await page.locator('article.finding').count()) > 0);
  await page.waitForTimeout(200);
  const painted = await colors(page);
  check(say('the timeline is drawn'), painted > 20, `${painted} colours`);

  const row = page.locator('tr[data-evidence="3"]');
  await row.locator('td').last().click();
  check(say('a click on evidence selects its frame'), await drawn(page, 'PING 20'), await page.locator('canvas.rows').getAttribute('data-selected'));
  check(say('the panel shows the frame'), (await title(page)) === 'PING · frame 20', await title(page));
  check(say('the row is marked'), (await row.getAttribute('aria-current')) === 'true');
  check(say('the strike is told'), (await page.locator('#detail').textContent()).includes('strike 3'));

  const box = await page.locator('canvas.rows').boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + 60);
  await page.keyboard.down('Control');
  await page.mouse.wheel(0, -300);
  await page.keyboard.up('Control');
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2 + 120, box.y + 60, { steps: 4 });
  await page.mouse.up();
  await page.getByRole('button', { name: 'Show all' }).click();
  check(say('zoom and pan keep the selection'), await drawn(page, 'PING 20'));

  await page.getByRole('searchbox').fill('goaway');
  check(say('the search counts frames'), /^3 of \d+ frames$/.test(await page.getByRole('status').textContent()), await page.getByRole('status').textContent());
  await page.keyboard.press('Enter');
  check(say('Enter in the search goes to a match'), (await title(page)).startsWith('GOAWAY'), await title(page));
  await page.getByRole('searchbox').fill('');

  const faultsFound = await axe(page);
  check(say('axe finds nothing serious'), faultsFound.length === 0, faultsFound.join(', '));
  check(say('no request, nothing on the console'), faults.length === 0, faults.join(', '));
  await context.close();
}

async function keyboard(browser, path) {
  const { page, context, faults } = await open(browser, path);
  const stops = [];
  for (let at = 0; at < 8; at++) {
    await page.keyboard.press('Tab');
    stops.push(await focused(page));
  }
  check('Tab: skip link, search, colours, then evidence', stops[0].startsWith('A skip') && stops[1].startsWith('INPUT') && stops[2].startsWith('SELECT') && stops[3].startsWith('BUTTON at'), stops.join(' | '));
  await page.locator('tr[data-evidence="4"] button').focus();
  await page.keyboard.press('Enter');
  check('Enter on evidence shows its frame', await drawn(page, 'GOAWAY 22'), await title(page));
  await page.locator('canvas.rows').focus();
  await page.keyboard.press('ArrowLeft');
  check('left goes to the frame before', !(await title(page)).startsWith('GOAWAY') && (await title(page)) !== '', await title(page));
  await page.keyboard.press('ArrowRight');
  check('right comes back', (await title(page)) === 'GOAWAY · frame 22', await title(page));
  await page.keyboard.press('ArrowDown');
  check('down goes to the next lane', (await title(page)) !== 'GOAWAY · frame 22', await title(page));
  await page.keyboard.press('Enter');
  check('Enter goes to the details', (await focused(page)).startsWith('H2'), await focused(page));
  await page.keyboard.press('Escape');
  check('Escape goes back to the evidence', (await focused(page)).startsWith('BUTTON at'), await focused(page));
  check('and nothing is selected', await drawn(page, ''));
  check('keyboard: nothing on the console', faults.length === 0, faults.join(', '));
  await context.close();
}

async function narrow(browser, path) {
  const { page, context, faults } = await open(browser, path, { viewport: { width: 360, height: 740 }, hasTouch: true });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  check('narrow: nothing sticks out', wide <= 0, `${wide} px`);
  await page.locator('tr[data-evidence="3"] button').tap();
  await drawn(page, 'PING 20');
  await page.waitForTimeout(800);
  const top = await page.locator('canvas.rows').evaluate((canvas) => canvas.getBoundingClientRect().top);
  check('narrow: a tap brings the timeline into sight', top >= 0 && top < 500, `${top}`);
  const grave = await axe(page);
  check('narrow: axe finds nothing serious', grave.length === 0, grave.join(', '));
  check('narrow: nothing on the console', faults.length === 0, faults.join(', '));
  await context.close();
}

async function themes(browser, path) {
  const { page, context } = await open(browser, path, { colorScheme: 'light' });
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  await page.getByLabel('Colours').selectOption('dark');
  check('the switch makes it dark', (await ground()) !== light);
  const grave = await axe(page);
  check('switched: axe finds nothing serious', grave.length === 0, grave.join(', '));
  await context.close();
}

async function others(browser) {
  const many = report('many', ['examples/1-etcd-too-many-pings.pcapng', 'examples/5-vertx-late-write.pcapng', 'examples/6-healthy-graceful-stop.pcap'], '--lang', 'zh');
  const { page, context, faults } = await open(browser, many);
  check('several inputs, in Chinese', (await page.locator('.input').count()) === 3);
  await page.locator('details.finding summary').last().click();
  await page.locator('tr[data-evidence] button').last().click();
  const grave = await axe(page);
  check('several: axe finds nothing serious', grave.length === 0, grave.join(', '));
  check('several: nothing on the console', faults.length === 0, faults.join(', '));
  await context.close();
}

async function screenshots(browser, path) {
  const to = resolve(root, shots);
  mkdirSync(to, { recursive: true });
  for (const scheme of ['light', 'dark']) {
    const { page, context } = await open(browser, path, { colorScheme: scheme, viewport: { width: 1160, height: 700 } });
    await page.locator('tr[data-evidence="3"] button').click();
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.mouse.move(0, 0);
    await page.waitForTimeout(300);
    await page.screenshot({ path: join(to, `report-${scheme}.png`) });
    await context.close();
  }
}

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
try {
  const path = report('pings', ['examples/1-etcd-too-many-pings.pcapng']);
  await reader(browser, path, 'light');
  await reader(browser, path, 'dark');
  await keyboard(browser, path);
  await narrow(browser, path);
  await themes(browser, path);
  await others(browser);
  if (shots !== undefined) await screenshots(browser, path);
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}
console.log(failed === 0 ? 'all well' : `${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
