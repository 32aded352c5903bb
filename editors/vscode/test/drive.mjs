// usage: node drive.mjs URL WORK_DIR SHOTS_DIR PLAYWRIGHT_DIR CHROMIUM
//
// Uses the extension as a person does: by what is on the screen, mouse and keyboard.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const [url, work, shots, playwright, executablePath] = process.argv.slice(2);
const { chromium } = createRequire(path.join(playwright, 'package.json'))('playwright-core');

const workspace = path.join(work, 'ws');
const statusLine = 'SIP/2.0 407 Proxy Authentication Required';
const editor = '.part.editor .monaco-editor'; // pages are shown beside it, and are none
const squiggles = `${editor} .cdr[class*=squiggly-]`;
const start = Date.now();

const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'],
});
const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
page.setDefaultTimeout(30_000);

const failure = path.join(shots, 'FAILED.png');
fs.rmSync(failure, { force: true });

let shot = 0;

// step does one thing and takes a picture of what came of it.
async function step(name, action) {
  await action();
  await page.screenshot({ path: path.join(shots, `${++shot}-${name.replaceAll(' ', '-')}.png`) });
  console.log(`  ok  ${((Date.now() - start) / 1000).toFixed(1).padStart(5)} s  ${name}`);
}

async function eventually(what, condition) {
  for (const end = Date.now() + 30_000; ; await page.waitForTimeout(100)) {
    const value = await condition();
    if (value) {
      return value;
    }
    assert.ok(Date.now() < end, `timed out: ${what}`);
  }
}

// boxOf returns where the text stands in the editor, in page coordinates. It
// must be a text that is coloured as one piece.
function boxOf(text) {
  return eventually(`"${text}" in the editor`, () =>
    page.evaluate(
      ([editor, text]) => {
        const lines = document.querySelector(`${editor} .view-lines`);
        const walker = lines && document.createTreeWalker(lines, NodeFilter.SHOW_TEXT);
        for (let node; (node = walker?.nextNode()); ) {
          const at = node.data.indexOf(text);
          if (at >= 0) {
            const range = document.createRange();
            range.setStart(node, at);
            range.setEnd(node, at + text.length);
            const { x, y, width, height } = range.getBoundingClientRect();
            return { x, y, width, height };
          }
        }
        return null;
      },
      [editor, text],
    ),
  );
}

// editorLines returns the lines on the screen, which are not in order in the page.
async function editorLines() {
  const lines = await page.locator(`${editor} .view-line`).evaluateAll((all) =>
    all.map((line) => [line.getBoundingClientRect().y, line.textContent.replaceAll('\u00a0', ' ')]),
  );
  return lines.sort((a, b) => a[0] - b[0]).map(([, text]) => text);
}

async function clickCode(text = '407') {
  const { x, y, width, height } = await boxOf(text);
  await page.mouse.click(x + width / 2, y + height / 2);
}

// lens returns the words over the first message of a call.
function lens(text) {
  return page.locator(`${editor} .codelens-decoration a`).filter({ hasText: text }).first();
}

// cursorOn waits until the status bar tells that place.
function cursorOn(place) {
  return page.locator('[id="status.editor.selection"]').filter({ hasText: place }).waitFor();
}

async function cursorAt(text, place) {
  await clickCode(`${text}`);
  await cursorOn(place);
}

async function open(file) {
  const tab = page.locator(`.tab.active[data-resource-name="${file}"]`);
  const rows = page.locator('.quick-input-list .monaco-list-row');
  await eventually(`${file} in the editor`, async () => {
    await clickCode(); // the group of the editor, not the one of the page
    await page.keyboard.press('Control+P');
    await page.locator('.quick-input-widget input[type=text]').fill(file);
    // The list is sorted anew when the folder has been searched: a click before that hits another file.
    let before;
    await eventually('the list of files', async () => {
      const now = (await rows.allInnerTexts()).join('\n');
      const rests = now === before && now.includes(file);
      before = now;
      await page.waitForTimeout(200);
      return rests;
    });
    await rows.filter({ hasText: file }).first().click();
    return tab.waitFor({ timeout: 5_000 }).then(() => true, () => false);
  });
  await boxOf('407');
}

async function expectSquiggleOnStatusLine() {
  // Right after a file is opened the squiggles of the one before may still be on their way out.
  await eventually('squiggles on the status line and nowhere else', async () => {
    const line = await boxOf('407');
    const boxes = await page.locator(squiggles).evaluateAll((all) => all.map((s) => s.getBoundingClientRect().toJSON()));
    return boxes.length > 0 && boxes.every((box) => Math.abs(box.y - line.y) < line.height / 2);
  });
  assert.ok((await page.locator(`${editor} .squiggly-error, ${editor} .squiggly-warning`).count()) > 0, 'error or warning');
}

// hoverOnCode points at the status code and returns what is shown once the explanation is there.
function hoverOnCode() {
  const hover = page.locator('.monaco-hover:not(.hidden) .monaco-hover-content');
  // The finding is there first, the explanation comes later, under its heading.
  // A line that is coloured anew under the mouse loses its hover: point again now and then.
  let looks = 0;
  return eventually('the hover', async () => {
    if (looks++ % 40 === 0) {
      const { x, y, width, height } = await boxOf('407');
      await page.mouse.move(x + width / 2, y + 10 * height);
      await page.mouse.move(x + 2, y + height / 2);
      await page.mouse.move(x + width / 2, y + height / 2, { steps: 4 });
    }
    const shown = (await hover.allInnerTexts()).join('\n');
    return /^407 Proxy Authentication Required$/m.test(shown) && shown;
  });
}

// chooseAction opens the menu of the line in which the text stands and returns the item.
async function chooseAction(title, text = '407') {
  const item = page.locator('.action-widget .monaco-list-row').filter({ hasText: title });
  // The editor drops the menu when it looks for actions by itself, as it does a moment after
  // a click, and a page that is still loading takes the keyboard: do as a person does, try again.
  await eventually(`"${title}" in the menu`, async () => {
    await clickCode(text);
    await page.mouse.move(200, 400); // a hover that opens would close the menu
    await page.locator('.monaco-hover:not(.hidden)').waitFor({ state: 'detached' });
    await page.keyboard.press('Control+.');
    return item.waitFor({ timeout: 2_000 }).then(() => true, () => false);
  });
  return item;
}

async function act(title, text) {
  await (await chooseAction(title, text)).click();
}

// readPage returns the text of the page beside the editor, once it matches. The editor forgets the command of
// an action when it looks for actions by itself just after the click; again is called after a while.
function readPage(pattern, again) {
  let looks = 0;
  return eventually(`a page with ${pattern}`, async () => {
    if (++looks % 50 === 0) {
      await again();
    }
    for (const frame of page.frames().filter((frame) => frame !== page.mainFrame())) {
      const text = await frame.evaluate(() => document.body?.innerText ?? '').catch(() => ''); // it may be on its way out
      if (pattern.test(text)) {
        return text;
      }
    }
    return null;
  });
}

function settings(values) {
  fs.writeFileSync(path.join(work, 'data/Machine/settings.json'), JSON.stringify(values));
}

// traced returns what the extension recorded of the talk with the server.
function traced() {
  return fs
    .readdirSync(path.join(work, 'data/logs'), { recursive: true })
    .filter((name) => name.endsWith('SIP Language Server Trace.log'))
    .map((name) => fs.readFileSync(path.join(work, 'data/logs', name), 'utf8'))
    .join('');
}

try {
  const original = fs.readFileSync(path.join(workspace, 'challenge.sip'), 'utf8');
  assert.ok(original.startsWith(`${statusLine}\r\n`), 'the fixture has lost its line ends: CRLF must survive git');

  await step('a log shows the finding on its status line', async () => {
    const payload = JSON.stringify([['openFile', `vscode-remote://${new URL(url).host}${workspace}/asterisk.log`]]);
    await page.goto(`${url}/?folder=${encodeURIComponent(workspace)}&payload=${encodeURIComponent(payload)}`);
    await expectSquiggleOnStatusLine();
  });

  await step('the hover explains the code and names the missing header', async () => {
    const text = await hoverOnCode();
    const explanation = text.slice(text.search(/^407 Proxy Authentication Required$/m));
    assert.match(explanation, /A proxy .*credentials/);
    assert.match(explanation, /without Proxy-Authenticate/);
    console.log(text.replace(/^/gm, '      | '));
  });

  await step('in a log the actions explain', async () => {
    const explain = await chooseAction('Explain 407');
    const titles = await page.locator('.action-widget .monaco-list-row').allInnerTexts();
    assert.ok(!titles.some((title) => /Insert/.test(title)), `no edit of evidence: ${titles}`);
    await explain.click();
    const text = await readPage(/^407 Proxy Authentication Required/, () => act('Explain 407'));
    assert.ok(text.length > 300 && !/^#|\*\*/m.test(text), `a text to read:\n${text}`);
  });

  await step('two codes are compared', async () => {
    await act('Compare 401 and 407');
    const text = await readPage(/^401.*407/, () => act('Compare 401 and 407'));
    assert.match(text, /WWW-Authenticate/);
    assert.match(text, /Proxy-Authenticate/);
  });

  await step('a response leads to its request, and the next message is found', async () => {
    await cursorAt(407, 'Ln 15');
    await page.keyboard.press('F12');
    await cursorOn('Ln 2, Col 1');
    await page.keyboard.press('Shift+Alt+PageDown');
    await cursorOn('Ln 15, Col 1');
    await page.keyboard.press('Shift+Alt+PageDown');
    await cursorOn('Ln 24, Col 1');
    await page.keyboard.press('Shift+Alt+PageDown');
    await page.locator('.statusbar-item').filter({ hasText: 'This is the last message of the call.' }).waitFor();
    await page.keyboard.press('Shift+Alt+PageUp');
    await cursorOn('Ln 15, Col 1');
  });

  await step('behind the response stands how long it took', async () => {
    await eventually('the hint', async () => (await editorLines()).some((line) => line.startsWith(statusLine) && line.endsWith('+33 ms')));
  });

  await step('a lens tells what became of the call and shows its messages', async () => {
    await lens(/^INVITE 101 -> \+15550100: .*407.* - 3 messages$/).click();
    const peek = page.locator('.peekview-widget');
    await peek.locator('.ref-tree .monaco-list-row').filter({ hasText: 'ACK sip:' }).first().waitFor();
    await page.keyboard.press('Escape');
    await peek.waitFor({ state: 'detached' });
  });

  await step('the call opens alone', async () => {
    await lens(/^Open this call alone$/).click();
    await page.locator('.tab.active[data-resource-name^="Untitled"]').waitFor();
    const lines = await eventually('the call', async () => {
      const all = await editorLines();
      return all.some((line) => line.startsWith(statusLine)) && all;
    });
    assert.ok(lines[0].includes('<--- Transmitting SIP request'), `with what the logger wrote: ${lines}`);
    await open('asterisk.log');
  });

  await step('a call is found by its number', async () => {
    await page.keyboard.press('Control+T');
    await page.locator('.quick-input-widget input[type=text]').fill('#15550100 407');
    await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: /INVITE 101 -> \+15550100/ }).first().waitFor();
    await page.keyboard.press('Escape');
  });

  await step('a message file shows the finding', async () => {
    await open('challenge.sip');
    await expectSquiggleOnStatusLine();
  });

  await step('the fix is offered', async () => {
    await chooseAction('Insert Proxy-Authenticate');
  });

  await step('the fix clears the finding', async () => {
    await page.keyboard.press('Enter');
    await eventually('the header', async () => (await editorLines()).some((line) => /^Proxy-Authenticate: \S/.test(line)));
    await eventually('no squiggle', async () => (await page.locator(squiggles).count()) === 0);
  });

  await step('the fixed message is saved with the line ends of its neighbours', async () => {
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+S');
    const saved = await eventually('the file', () => {
      const text = fs.readFileSync(path.join(workspace, 'challenge.sip'), 'utf8');
      return text !== original && text;
    });
    const lines = saved.split('\r\n');
    const inserted = lines.filter((line) => line.startsWith('Proxy-Authenticate: '));
    assert.equal(inserted.length, 1, saved);
    assert.equal(lines.filter((line) => line !== inserted[0]).join('\r\n'), original);
    assert.equal(await page.locator(squiggles).count(), 0);
  });

  await step('completion writes a header field that is half typed', async () => {
    await clickCode();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.keyboard.type('Supp');
    await page.keyboard.press('Control+Space');
    await page.locator('.suggest-widget.visible .monaco-list-row').filter({ hasText: 'Supported' }).first().waitFor();
    await page.keyboard.press('Enter');
    await eventually('the header', async () => (await editorLines()).includes('Supported: timer'));
  });

  await step('formatting tidies the message', async () => {
    await page.keyboard.press('Escape');
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.keyboard.type('server :x');
    await page.keyboard.press('Escape');
    await eventually('the untidy line', async () => (await editorLines()).includes('server :x'));
    await page.keyboard.press('F1');
    await page.locator('.quick-input-widget input[type=text]').fill('>Format Document');
    await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: /^Format Document(?! )/ }).first().click();
    await eventually('the tidy line', async () => (await editorLines()).includes('Server: x'));
    await page.keyboard.press('Control+S');
  });

  // As each logger writes it: in a log the finding and the hover, in a message file the fix as well.
  for (const log of fs.readdirSync(workspace).filter((name) => /^407-.*\.log$/.test(name))) {
    const format = path.basename(log, '.log');
    await step(`${format}: a log shows the finding and explains it`, async () => {
      await open(log);
      await expectSquiggleOnStatusLine();
      assert.match(await hoverOnCode(), /without Proxy-Authenticate/);
    });
    await step(`${format}: the fix clears the finding in a message file`, async () => {
      await open(`${format}.sip`);
      await expectSquiggleOnStatusLine();
      assert.match(await hoverOnCode(), /without Proxy-Authenticate/);
      await chooseAction('Insert Proxy-Authenticate');
      await page.keyboard.press('Enter');
      const lines = await eventually('the header', async () => {
        const all = await editorLines();
        return all.some((line) => /^\s*Proxy-Authenticate: \S/.test(line)) && all;
      });
      const at = lines.findIndex((line) => /^\s*Proxy-Authenticate: /.test(line));
      assert.equal(lines[at].match(/^\s*/)[0], lines[at - 1].match(/^\s*/)[0], 'indented like its neighbour');
      await eventually('no squiggle', async () => (await page.locator(squiggles).count()) === 0);
      await page.keyboard.press('Escape');
      await page.keyboard.press('Control+S');
    });
  }

  await step('all safe fixes are applied at once', async () => {
    await open('options.sip');
    await eventually('squiggles', async () => (await page.locator(squiggles).count()) > 1);
    await page.keyboard.press('F1');
    await page.locator('.quick-input-widget input[type=text]').fill('>Fix All');
    await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: /^Fix All/ }).first().click();
    await eventually('the fixes', async () => {
      const lines = await editorLines();
      return lines.some((line) => line.endsWith(';branch=z9hG4bK1')) && lines.includes('Content-Length: 0');
    });
    await eventually('no squiggle', async () => (await page.locator(squiggles).count()) === 0);
    await page.keyboard.press('Control+S');
  });

  await step('the corrected message of a log opens as a draft', async () => {
    await open('options.log');
    await page.locator(squiggles).first().waitFor();
    const tab = page.locator('.tab.active[data-resource-name^="Untitled"]');
    await eventually('the draft', async () => {
      await act('Open corrected message as draft', 'Via');
      return tab.waitFor({ timeout: 5_000 }).then(() => true, () => false);
    });
    const lines = await eventually('the message', async () => {
      const all = await editorLines();
      return all[0]?.startsWith('OPTIONS ') && all;
    });
    assert.ok(lines.some((line) => line.endsWith(';branch=z9hG4bK1')), `${lines}`);
    assert.equal(await page.locator(squiggles).count(), 0);
    assert.ok(fs.readFileSync(path.join(workspace, 'options.log'), 'utf8').includes(';branch=1\n'), 'the log is as it was');
  });

  await step('a missing server is reported with a way out', async () => {
    assert.equal(traced(), '', 'nothing is recorded unasked');
    settings({ 'sipls.path': '/nonexistent/sipls' });
    const toast = page.locator('.notification-toast').filter({ hasText: 'sipls.path' });
    await toast.waitFor();
    await toast.getByRole('button', { name: 'Open Settings' }).waitFor();
    await open('asterisk.log');
    await eventually('no squiggle without a server', async () => (await page.locator(squiggles).count()) === 0);
    assert.equal(await page.locator('.notification-toast').count(), 1, 'one message, not several');
  });

  await step('the server is back when the setting is corrected', async () => {
    settings({ 'sipls.trace.server': 'messages' });
    await expectSquiggleOnStatusLine();
    await eventually('the trace', () => traced().includes('textDocument/'));
    assert.ok(!traced().includes('z9hG4bK'), 'names only, no content');
  });

  await step('an ignored rule is silent', async () => {
    settings({ 'sipls.ignore': ['407-without-proxy-authenticate'] });
    await eventually('no squiggle', async () => (await page.locator(squiggles).count()) === 0);
  });
} catch (error) {
  process.exitCode = 1;
  console.error(error);
  await page.screenshot({ path: failure }).catch(() => {});
  console.error(`see ${failure} and the logs in ${work}`);
} finally {
  await browser.close();
}
