import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';

const program = process.platform === 'win32' ? 'sipls.exe' : 'sipls';

/** No server program can be started; the message tells the user what to do. */
export class ServerNotFound extends Error {}

/**
 * The path of the server program: the setting `sipls.path`, else the program
 * bundled with the extension in `bin`, else the one on PATH.
 *
 * @throws ServerNotFound
 */
export function findServer(extensionPath: string): string {
  const setting = vscode.workspace.getConfiguration('sipls').get<string>('path', '').trim();
  if (setting !== '') {
    const found = resolve(setting);
    if (found === undefined) {
      throw new ServerNotFound(`The setting sipls.path names "${setting}", which is not a program on this machine. Correct the setting, or empty it to use the program that comes with the extension or is on PATH.`);
    }
    return found;
  }
  const bundled = path.join(extensionPath, 'bin', program);
  const found = isProgram(bundled) ? bundled : onPath(program);
  if (found === undefined) {
    throw new ServerNotFound('The SIP language server, the program "sipls", is not on PATH. Install it ("go install ./cmd/sipls" in a checkout of the project), or name its place in the setting sipls.path.');
  }
  return found;
}

function resolve(setting: string): string | undefined {
  const file = setting.startsWith('~/') ? path.join(os.homedir(), setting.slice(2)) : setting;
  if (path.isAbsolute(file)) {
    return isProgram(file) ? file : undefined;
  }
  return path.basename(file) === file ? onPath(file) : undefined;
}

function onPath(name: string): string | undefined {
  // Relative entries are left out: they would let the opened folder choose the program.
  return (process.env.PATH ?? '')
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder))
    .map((folder) => path.join(folder, name))
    .find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}
