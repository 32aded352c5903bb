import * as vscode from 'vscode';

/**
 * Where the talk between editor and server is recorded.
 *
 * The language client records only while this channel's own log level is Trace,
 * and then also for the setting "off". Messages hold what the user's logs hold,
 * so the setting alone must decide: the client sees a channel whose level
 * follows the setting, and writes to the real one at a level that shows.
 */
export class TraceChannel implements vscode.Disposable {
  readonly channel: vscode.LogOutputChannel;
  private readonly level = new vscode.EventEmitter<vscode.LogLevel>();
  private readonly disposables: vscode.Disposable[];

  constructor(name: string, setting: string) {
    const real = vscode.window.createOutputChannel(name, { log: true });
    const level = (): vscode.LogLevel =>
      vscode.workspace.getConfiguration().get(setting) === 'off' ? vscode.LogLevel.Info : vscode.LogLevel.Trace;
    this.channel = Object.create(real, {
      logLevel: { get: level },
      onDidChangeLogLevel: { value: this.level.event },
      trace: { value: (message: string) => real.info(message) },
    });
    this.disposables = [
      real,
      this.level,
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration(setting)) {
          this.level.fire(level());
        }
      }),
    ];
  }

  dispose(): void {
    vscode.Disposable.from(...this.disposables).dispose();
  }
}
