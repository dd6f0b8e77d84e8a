/** An adapter on storage of its own, empty at first, deleted at the end. */
export interface Opened<Port> extends AsyncDisposable {
  readonly port: Port;
  /** The same storage as another process would find it. The port from before is not used again. */
  reopen(): Promise<Port>;
}
