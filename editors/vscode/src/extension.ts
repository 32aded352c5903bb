import * as vscode from 'vscode';
import { LanguageClient, State, TransportKind, type ClientCapabilities, type Middleware } from 'vscode-languageclient/node';
import { isCallCommand, lensCommands, runCallCommand } from './call';
import { findServer, ServerNotFound } from './server';
import { TraceChannel } from './trace';

const languages = ['sip', 'log', 'plaintext'];
const schemes = ['file', 'untitled'];

let client: LanguageClient | undefined;
let lastRestart: Promise<void> = Promise.resolve();

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const output = vscode.window.createOutputChannel('SIP Language Server', { log: true });
  const trace = new TraceChannel('SIP Language Server Trace', 'sipls.trace.server');

  // Every start, the first too, goes through here, one after the other. Nobody
  // waits for the server to be up: one that hangs must not block the command
  // that replaces it.
  const restart = (): Promise<void> => {
    lastRestart = lastRestart.then(async () => {
      await stop(output);
      try {
        client = newClient(findServer(context.extensionPath), output, trace.channel);
        client.start().catch((error: unknown) => output.error(String(error)));
      } catch (error) {
        explain(error, output);
      }
    });
    return lastRestart;
  };

  context.subscriptions.push(
    output,
    trace,
    vscode.commands.registerCommand('sipls.restart', restart),
    vscode.workspace.onDidChangeConfiguration(async (change) => {
      if (change.affectsConfiguration('sipls.path')) {
        await restart();
      }
    }),
  );
  await restart();
}

export async function deactivate(): Promise<void> {
  await lastRestart;
  await client?.dispose();
}

function newClient(command: string, output: vscode.LogOutputChannel, trace: vscode.LogOutputChannel): LanguageClient {
  const created = new LanguageClient(
    'sipls',
    'SIP Language Server',
    { command, args: ['serve'], transport: TransportKind.stdio },
    {
      documentSelector: languages.flatMap((language) => schemes.map((scheme) => ({ language, scheme }))),
      outputChannel: output,
      traceOutputChannel: trace,
      middleware: {
        window: { showDocument },
        executeCommand: (command, args, next) => (isCallCommand(command) ? runCallCommand(created, command, args) : executeCommand(command, args, next)),
        workspace: {
          // A changed sipls.path is told to the server that is being replaced
          // because of it: that this fails is no news to the user.
          didChangeConfiguration: (sections, next) => next(sections).catch((error: unknown) => output.warn(String(error))),
        },
      },
    },
  );
  created.registerFeature({
    fillClientCapabilities(capabilities: ClientCapabilities) {
      capabilities.experimental = { ...capabilities.experimental, commands: { commands: [...Object.keys(messageCommands), ...lensCommands] } };
    },
    initialize() {},
    getState: () => ({ kind: 'static' }),
    clear() {},
  });
  // The commands are those of the server: without one there are none.
  created.onDidChangeState(({ newState }) => vscode.commands.executeCommand('setContext', 'sipls.running', newState === State.Running));
  return created;
}

/** What the commands do with the message that the server answers: the editor's part of them. */
const messageCommands: Record<string, (message: string) => Thenable<unknown>> = {
  'sipls.copyMessage': (message) => vscode.env.clipboard.writeText(message),
  // Saved nowhere until the user saves it.
  'sipls.openDraft': async (message) => vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: 'sip', content: message })),
};

const executeCommand: NonNullable<Middleware['executeCommand']> = async (command, args, next) => {
  const answer: unknown = await next(command, args);
  if (typeof answer === 'string') {
    await messageCommands[command]?.(answer);
  }
  return answer;
};

/** Shows the pages of the server, which are Markdown, as one reads them; else as text. */
const showDocument: NonNullable<NonNullable<Middleware['window']>['showDocument']> = async (params, token, next) => {
  const uri = vscode.Uri.parse(params.uri);
  if (uri.scheme === 'sipls') {
    try {
      await vscode.commands.executeCommand('markdown.showPreviewToSide', uri);
      return { success: true };
    } catch {
      // The user has disabled the Markdown extension.
    }
  }
  return next(params, token);
};

async function stop(output: vscode.LogOutputChannel): Promise<void> {
  const old = client;
  client = undefined;
  if (old?.needsStop()) {
    try {
      await old.dispose();
    } catch (error) {
      output.warn(String(error)); // The client ends the process all the same.
    }
  }
}

/** Tells the user why no server can be started and what to do, without waiting for the answer. */
function explain(error: unknown, output: vscode.LogOutputChannel): void {
  const text = error instanceof ServerNotFound ? error.message : String(error);
  output.error(text);
  const settings = 'Open Settings';
  const again = 'Try Again';
  void vscode.window.showErrorMessage(text, settings, again).then((choice) => {
    if (choice === settings) {
      return vscode.commands.executeCommand('workbench.action.openSettings', 'sipls.path');
    }
    return choice === again ? vscode.commands.executeCommand('sipls.restart') : undefined;
  });
}
