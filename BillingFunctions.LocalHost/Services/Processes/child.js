// Runs a tool that ends with its parent, however the parent ends: the parent holds our standard input open,
// and the system closes it even when the parent is killed.
const tool = process.argv[1];
const graceMilliseconds = 5000;
let stopping = false;

// Ctrl+C reaches every process of the terminal at once, and systemd and timeout terminate a whole group, but storage must
// outlive the app that is still writing: the tool's own handlers wait for the parent's word instead.
const held = { SIGINT: 'parent-gone', SIGTERM: 'parent-gone-term' };
for (const name of ['on', 'once', 'addListener']) {
  const register = process[name];
  process[name] = function (event, listener) {
    return register.call(this, Object.hasOwn(held, event) ? held[event] : event, listener);
  };
  if (name === 'on') {
    Object.keys(held).forEach(signal => register.call(process, signal, () => {}));
  }
}

function stop() {
  if (stopping) {
    return;
  }

  stopping = true;
  setTimeout(() => process.exit(0), graceMilliseconds).unref();
  if (!process.emit(held.SIGINT) && !process.emit(held.SIGTERM)) {
    process.exit(0);
  }
}

// Nobody may be reading any more when the tool says goodbye.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});
process.stdin.on('end', stop).on('close', stop).on('error', stop).resume();

require(tool);
