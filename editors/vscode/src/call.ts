import * as vscode from 'vscode';
import { ExecuteCommandRequest, type LanguageClient, type Location, type Position } from 'vscode-languageclient/node';

/** The editor's part of the commands about the call under the cursor: what it does with what the server answers. */
const parts: Record<string, (answer: unknown, at: Place, client: LanguageClient) => Promise<unknown>> = {
  'sipls.nextMessage': (answer, at, client) => goTo(answer as Location | null, at, client, 'This is the last message of the call.'),
  'sipls.previousMessage': (answer, at, client) => goTo(answer as Location | null, at, client, 'This is the first message of the call.'),
  'sipls.showCall': async (answer, at, client) =>
    vscode.commands.executeCommand(
      'editor.action.showReferences',
      at.uri,
      at.position,
      (answer as Location[]).map((location) => client.protocol2CodeConverter.asLocation(location)),
    ),
  // Saved nowhere until the user saves it.
  'sipls.openCall': async (answer, at) =>
    vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: at.language, content: answer as string })),
};

/** Those of them that the server offers in lenses. */
export const lensCommands = ['sipls.showCall', 'sipls.openCall'];

/** Where a command is to look for a message. */
interface Place {
  uri: vscode.Uri;
  position: vscode.Position;
  language: string;
}

export function isCallCommand(command: string): boolean {
  return command in parts;
}

/**
 * Executes one of them: where the arguments say, which are those of a lens, else
 * at the cursor. A menu has arguments too, of its own kind.
 */
export async function runCallCommand(client: LanguageClient, command: string, args: unknown[]): Promise<unknown> {
  const at = placeOf(client, args);
  if (at === undefined) {
    return;
  }
  let answer: unknown;
  try {
    answer = await client.sendRequest(ExecuteCommandRequest.type, {
      command,
      arguments: [client.code2ProtocolConverter.asUri(at.uri), client.code2ProtocolConverter.asPosition(at.position)],
    });
  } catch (error) {
    void vscode.window.showInformationMessage(`SIP: ${error instanceof Error ? error.message : String(error)}`);
    return;
  }
  return parts[command]?.(answer, at, client);
}

function placeOf(client: LanguageClient, args: unknown[]): Place | undefined {
  const editor = vscode.window.activeTextEditor;
  const [uri, position] = args;
  if (typeof uri === 'string' && typeof position === 'object' && position !== null) {
    const from = client.protocol2CodeConverter.asUri(uri);
    const document = vscode.workspace.textDocuments.find((open) => open.uri.toString() === from.toString());
    return { uri: from, position: client.protocol2CodeConverter.asPosition(position as Position), language: document?.languageId ?? 'log' };
  }
  return editor && { uri: editor.document.uri, position: editor.selection.active, language: editor.document.languageId };
}

async function goTo(location: Location | null, at: Place, client: LanguageClient, end: string): Promise<void> {
  if (location === null) {
    vscode.window.setStatusBarMessage(end, 3000);
    return;
  }
  const { range } = client.protocol2CodeConverter.asLocation(location);
  const editor = vscode.window.visibleTextEditors.find((visible) => visible.document.uri.toString() === at.uri.toString());
  if (editor) {
    editor.selection = new vscode.Selection(range.start, range.start);
    editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }
}
